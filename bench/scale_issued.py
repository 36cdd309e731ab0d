#!/usr/bin/python3
"""What issuing and listing cost when an authority has issued much: `scale_issued.py BUILD [ROUNDS [SIZE…]]`.

One daemon for each size (1,000 and 1,000,000 certificates of one P-256 root), both at once; every round asks each of them
the same, one after the other, so that a drift of the machine meets both. Ratios are to the first size, round by round.
Issuing always finds the first size as it was: its daemon starts again from a copy.
"""
import json
import pathlib
import shutil
import subprocess
import sys

import authority
import prepare
import running
import scale

SIZES = (1000, 1_000_000)
PROTOTYPES = 256
AUTHORITIES = 20
PAGE = 100
WALK = 1000
COUNTS = {'issue': 4096, 'page': 400, 'one': 4000, 'search': 40}
WARM = 256
WANTED = 1.3
ALGORITHM = 'EC_prime256v1'


class Level:
    """An authority that issued so many, the daemon on it, and what it is asked."""

    def __init__(self, build, origin, folder, size):
        self.build, self.size, self.folder = build, size, folder
        data, self.root = origin
        shutil.copytree(data, f'{folder}/data')
        out = subprocess.run(
            [f'{build}/bench/bench_fill_issued', f'{folder}/data/chancery.db', running.house.ACCOUNT,
             running.house.REGION, self.root.arn.rpartition('/')[2], str(size - PROTOTYPES - 1), '0'],
            check=True, stdout=subprocess.PIPE, text=True)
        self.samples = [line.split() for line in out.stdout.splitlines()]
        self.server = running.Chancery(build, folder)
        scale.quiet(self.server)
        self.asked = self.questions()

    def listing(self, **more):
        return 'chancery', 'ListIssuedCertificates', {'CertificateAuthorityArn': self.root.arn} | more

    def questions(self):
        serials = [serial for serial, _ in self.samples]
        of = {'CertificateAuthorityArn': self.root.arn}
        asked = {
            'first page of 100': ('page', [self.listing(MaxResults=PAGE)]),
            'middle page of 100': ('page', [self.listing(MaxResults=PAGE, NextToken=self.middle())]),
            'by serial': ('one', [self.listing(Filters={'Serial': serial}) for serial in serials]),
            'by part of a name, one call': ('search', [self.listing(Filters={'NameContains': name[:12]})
                                                       for _, name in self.samples]),
            'GetCertificate': ('one', [('acm-pca', 'GetCertificate', of | {
                'CertificateArn': f'{self.root.arn}/certificate/{serial}'}) for serial in serials]),
            'ListCertificateAuthorities': ('one', [('acm-pca', 'ListCertificateAuthorities', {})])}
        for what, (_, questions) in asked.items():
            for question in questions[:8]:
                self.check(what, question)
        return asked

    def ask_one(self, question):
        service, operation, body = question
        return authority.post(operation, body, self.server.port, service)

    def check(self, what, question):
        answer = self.ask_one(question)
        found = len(answer.get('IssuedCertificates', answer.get('CertificateAuthorities', 'x')))
        wanted = {'first': PAGE, 'middle': PAGE, 'ListCertificateAuthorities': AUTHORITIES}.get(what.split()[0], 1)
        # A search stops after so many entries, and says where to go on.
        if found != wanted and 'NextToken' not in answer:
            sys.exit(f'{self.size} certificates, {what}: {found} found')

    def middle(self):
        walked, token = 0, None
        while walked < self.size // 2:
            answer = self.ask_one(self.listing(MaxResults=min(WALK, self.size // 10),
                                               **({'NextToken': token} if token else {})))
            walked += len(answer['IssuedCertificates'])
            token = answer['NextToken']
        return token

    def ask(self, what):
        """CPU of one answer."""
        kind, questions = self.asked[what]
        pool = pathlib.Path(self.folder) / 'asked.pool'
        service, operation, _ = questions[0]
        prepare.write_pool(pool, [json.dumps(body).encode() for _, _, body in questions], self.server.port, operation,
                           service)
        return running.load(self.build, self.server, pool, COUNTS[kind])[0]

    def issue(self, csrs):
        """CPU of one certificate."""
        pool = pathlib.Path(self.folder) / 'issue.pool'
        for some in csrs[:WARM], csrs[WARM:]:
            scale.quiet(self.server)
            prepare.write_pool(pool, map(self.root.issue_body, some), self.server.port, 'IssueCertificate', 'acm-pca')
            cpu = running.load(self.build, self.server, pool, len(some))[0]
        return cpu


def origin(build, folder):
    """A data directory with authorities, the last of which has issued the prototypes."""
    server = running.Chancery(build, folder)
    for _ in range(AUTHORITIES):
        root = authority.Authority(server.port, ALGORITHM)
    for csr in authority.csrs(PROTOTYPES):
        root.issue(csr)
    server.stop()
    return f'{folder}/data', root


def questions(levels, rounds):
    for what in levels[0].asked:
        costs = [[] for _ in levels]
        for number in range(rounds + 1):
            for step in range(len(levels)):
                at = (number + step) % len(levels)
                cost = levels[at].ask(what)
                if number > 0:  # the first round warms up
                    costs[at].append(cost)
        scale.tell(what, [level.size for level in levels], costs, WANTED)


def issuing(build, levels, rounds, directory):
    first = levels[0]
    first.server.stop()
    csrs = authority.csrs(WARM + COUNTS['issue'], PROTOTYPES)
    costs = [[] for _ in levels]
    for number in range(rounds):
        fresh = f'{directory}/fresh-{number}'
        shutil.copytree(f'{first.folder}/data', f'{fresh}/data')
        first_folder, first.folder = first.folder, fresh
        first.server = running.Chancery(build, fresh)
        for step in range(len(levels)):
            at = (number + step) % len(levels)
            costs[at].append(levels[at].issue(csrs))
        first.server.stop()
        first.folder = first_folder
    scale.tell('IssueCertificate', [level.size for level in levels], costs, WANTED)


def main(argv):
    if len(argv) < 2:
        sys.exit(__doc__)
    build, rounds = argv[1], int((argv[2:3] or [5])[0])
    sizes = [int(size) for size in argv[3:]] or SIZES
    with running.folder() as directory:
        begun = origin(build, f'{directory}/origin')
        levels = [Level(build, begun, f'{directory}/{size}', size) for size in sizes]
        questions(levels, rounds)
        issuing(build, levels, rounds, directory)
        for level in levels[1:]:
            level.server.stop()


if __name__ == '__main__':
    main(sys.argv)
