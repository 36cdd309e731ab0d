#!/usr/bin/python3
"""What a page, a search and an import cost when the store is large: `scale.py BUILD [ROUNDS [SIZE…]]`.

One daemon for each size (1,000, 100,000 and 1,000,000 certificates), all at once; every round asks each of them the
same, one after the other, so that a drift of the machine meets all sizes. Ratios are to the first size, round by round.
Imports always find the first size as it was: its daemon starts again from a copy.
"""
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import prepare
import running

SIZES = (1000, 100_000, 1_000_000)
PROTOTYPES = {'RSA_2048': 256, 'EC_prime256v1': 128}
PAGE = 100
WALK = 1000
COUNTS = {'page': 400, 'search': 2000, 'import': 2048}
WARM = 256
WANTED = {'import': 1.3}
QUIET_US, QUIET_S = 20_000, 3


def quiet(server):
    """Waits until the daemon has tidied up after itself; the CPU it took for that."""
    first = before = running.cpu_us(server.pids)
    while True:
        time.sleep(QUIET_S)
        now = running.cpu_us(server.pids)
        if now - before < QUIET_US:
            return now - first
        before = now


def bodies(skip, counts):
    """Import bodies of both algorithms, no name twice; numbered from `skip` on."""
    rsa, ec = counts['RSA_2048'], counts['EC_prime256v1']
    return prepare.import_bodies('RSA_2048', skip + rsa)[skip:] + \
        prepare.import_bodies('EC_prime256v1', skip + rsa + ec)[skip + rsa:]


def dns_name(value, operator):
    return {'SubjectAlternativeName': {'DnsName': {'Value': value, 'ComparisonOperator': operator}}}


def search(attribute):
    return {'FilterStatement': {'Filter': {'X509AttributeFilter': attribute}}}


class Level:
    """A store of one size, the daemon on it, and what it is asked."""

    def __init__(self, build, begun, folder, size):
        self.build, self.size, self.folder = build, size, folder
        data, bodies_there = begun
        shutil.copytree(data, f'{folder}/data')
        out = subprocess.run([f'{build}/bench/bench_fill', f'{folder}/data/chancery.db', running.house.ACCOUNT,
                              running.house.REGION, str(size - len(bodies_there) - 1)],
                             check=True, stdout=subprocess.PIPE, text=True)
        self.samples = [line.split() for line in out.stdout.splitlines()]
        self.server = running.Chancery(build, folder)
        # The last one over the wire: a daemon tidies its indexes after it wrote, not because it started.
        prepare.post(bodies_there[0], 'ImportCertificate', self.server.port)
        self.tidied_us = quiet(self.server)
        self.asked = self.questions()

    def questions(self):
        parts = [(serial, name, name[4:10]) for serial, name in self.samples]
        asked = {'first page': [{'MaxItems': PAGE}],
                 'middle page': [{'MaxItems': PAGE, 'NextToken': self.middle()}],
                 'by serial': [search({'SerialNumber': serial}) for serial, _, _ in parts],
                 'by exact name': [search(dns_name(name, 'EQUALS')) for _, name, _ in parts],
                 'by part of a name': [search(dns_name(part, 'CONTAINS')) for _, _, part in parts]}
        for what, questions in asked.items():
            for question in questions[:8]:
                answer = prepare.post(json.dumps(question).encode(), operation(what), self.server.port)
                found = len(answer.get('CertificateSummaryList', answer.get('Results')))
                if not (found == PAGE if 'page' in what else 1 <= found <= 4):
                    sys.exit(f'{self.size} certificates, {what}: {found} found')
        return asked

    def middle(self):
        """The NextToken half-way through what ListCertificates lists: two in three are RSA."""
        walked, token = 0, None
        step = min(WALK, self.size // 10)
        while walked < self.size // 3:
            question = {'MaxItems': step} | ({'NextToken': token} if token else {})
            answer = prepare.post(json.dumps(question).encode(), 'ListCertificates', self.server.port)
            walked += len(answer['CertificateSummaryList'])
            token = answer['NextToken']
        return token

    def ask(self, what):
        """CPU of one answer."""
        pool = pathlib.Path(self.folder) / 'asked.pool'
        prepare.write_pool(pool, [json.dumps(q).encode() for q in self.asked[what]], self.server.port, operation(what))
        return running.load(self.build, self.server, pool, COUNTS['page' if 'page' in what else 'search'])[0]

    def imports(self, warm, main):
        """CPU of one import: while they come, and with the tidying afterwards."""
        pool = pathlib.Path(self.folder) / 'import.pool'
        for some in warm, main:
            quiet(self.server)
            prepare.write_pool(pool, some, self.server.port)
            cpu = running.load(self.build, self.server, pool, len(some))[0]
        return cpu, cpu + quiet(self.server) / len(main)

    def size_bytes(self):
        return sum(file.stat().st_size for file in pathlib.Path(self.folder, 'data').iterdir())


def operation(what):
    return 'ListCertificates' if 'page' in what else 'SearchCertificates'


def origin(build, folder):
    """A data directory with the prototypes, imported over the wire; and their requests."""
    server = running.Chancery(build, folder)
    made = bodies(0, PROTOTYPES)
    for body in made:
        prepare.post(body, 'ImportCertificate', server.port)
    server.stop()
    return f'{folder}/data', made


def tell(what, sizes, costs, wanted=None):
    """Of each size its costs, of each but the first its ratios to the first."""
    wanted = wanted or WANTED.get(what.split()[0], 1.2)
    for at, size in enumerate(sizes):
        line = f'{what:24} {size:9,}: {running.spread(costs[at], 1)} us'
        if at > 0:
            ratios = [cost / first for cost, first in zip(costs[at], costs[0], strict=True)]
            line += f', ratio {running.spread(ratios)}, wanted <= {wanted}'
        print(line, flush=True)


def questions(levels, rounds):
    for what in levels[0].asked:
        costs = [[] for _ in levels]
        for number in range(rounds + 1):
            for step in range(len(levels)):
                at = (number + step) % len(levels)
                cost = levels[at].ask(what)
                if number > 0:  # the first round warms up
                    costs[at].append(cost)
        tell(what, [level.size for level in levels], costs)


def imports(build, levels, rounds, directory):
    first = levels[0]
    first.server.stop()
    each = COUNTS['import'] // 2
    made = bodies(sum(PROTOTYPES.values()), {'RSA_2048': each + WARM // 2, 'EC_prime256v1': each + WARM // 2})
    every = len(made) // WARM
    warm = made[::every][:WARM]
    main = [body for body in made if body not in set(warm)]
    costs, whole = [[] for _ in levels], [[] for _ in levels]
    for number in range(rounds):
        fresh = f'{directory}/fresh-{number}'
        shutil.copytree(f'{first.folder}/data', f'{fresh}/data')
        first_folder, first.folder = first.folder, fresh
        first.server = running.Chancery(build, fresh)
        for step in range(len(levels)):
            at = (number + step) % len(levels)
            during, with_tidying = levels[at].imports(warm, main)
            costs[at].append(during)
            whole[at].append(with_tidying)
        first.server.stop()
        first.folder = first_folder
    sizes = [level.size for level in levels]
    tell('import', sizes, costs)
    tell('import and its tidying', sizes, whole)


def main(argv):
    if len(argv) < 2:
        sys.exit(__doc__)
    build, rounds = argv[1], int((argv[2:3] or [5])[0])
    sizes = [int(size) for size in argv[3:]] or SIZES
    with running.folder() as directory:
        begun = origin(build, f'{directory}/origin')
        levels = []
        for size in sizes:
            levels.append(Level(build, begun, f'{directory}/{size}', size))
            print(f'{size:,} certificates: {levels[-1].size_bytes() / 1e6:.1f} MB, tidied after the filling in '
                  f'{levels[-1].tidied_us / 1e6:.1f} s CPU', flush=True)
        questions(levels, rounds)
        imports(build, levels, rounds, directory)
        for level in levels[1:]:
            level.server.stop()


if __name__ == '__main__':
    main(sys.argv)
