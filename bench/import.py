#!/usr/bin/python3
"""What one import costs the server, over the floor of the same minutes: `import.py BUILD [ROUNDS [COUNT]]`.

BUILD is a release build with the bench programs (README.md). Each round starts the daemon on an empty data directory,
warms it up, and sends COUNT imports of different certificates over 16 connections; then the floor works on the same
requests. CPU is that of the daemon and its signer together. Then moto, if it is installed: imports, Describe and Get.
"""
import json
import pathlib
import statistics
import subprocess
import sys

import prepare
import running

WARM = 256
MOTO_COUNT = {'RSA_2048': 100, 'EC_prime256v1': 400}
MOTO_WANTED = {'RSA_2048': 100, 'EC_prime256v1': 15}
READS = 4000
MOTO_READS = 400


class Pools:
    """Bodies made once; signed anew for each server."""

    def __init__(self, algorithm, count, directory):
        made = prepare.import_bodies(algorithm, WARM + count)
        self.warm_bodies, self.bodies = made[:WARM], made[WARM:]
        self.warm, self.main = pathlib.Path(directory) / 'warm.pool', pathlib.Path(directory) / 'main.pool'

    def sign(self, port):
        prepare.write_pool(self.warm, self.warm_bodies, port)
        prepare.write_pool(self.main, self.bodies, port)


def floor(build, pools):
    with running.folder() as directory:
        out = subprocess.run([f'{build}/bench/bench_floor', f'{directory}/floor', str(pools.warm), str(pools.main)],
                             check=True, stdout=subprocess.PIPE)
    return json.loads(out.stdout)


def import_round(build, pools):
    """(CPU of one import, imports a second)"""
    with running.folder() as directory:
        server = running.Chancery(build, directory)
        try:
            pools.sign(server.port)
            running.load(build, server, pools.warm, WARM)
            return running.load(build, server, pools.main, len(pools.bodies))
        finally:
            server.stop()


def against_floor(build, algorithm, pools, rounds):
    ratios, floors = [], []
    for number in range(rounds):
        cpu, rate = import_round(build, pools)
        floors.append(floor(build, pools))
        ratios.append(cpu / floors[-1]['sum_us'])
        print(f'{algorithm} round {number + 1}: server {cpu:.1f} us CPU, floor {floors[-1]["sum_us"]:.1f}, '
              f'ratio {ratios[-1]:.2f}; {rate:.0f} imports/s', flush=True)
    for part in floors[0]['parts_us']:
        print(f'  {part:45} {statistics.median(f["parts_us"][part] for f in floors):6.1f}')
    for part in floors[0]['beside_us']:
        print(f'  (beside) {part:36} {statistics.median(f["beside_us"][part] for f in floors):6.1f}')
    print(f'{algorithm} server CPU over floor: {running.spread(ratios)}, wanted <= 2', flush=True)


def reads(build, server, arns, operation, count, directory):
    """CPU of one Describe or Get."""
    pool = pathlib.Path(directory) / 'reads.pool'
    bodies = [json.dumps({'CertificateArn': arn}).encode() for arn in arns]
    prepare.write_pool(pool, bodies, server.port, operation)
    running.load(build, server, pool, len(arns))
    return running.load(build, server, pool, count)[0]


def reads_of(build, server, bodies, count, directory):
    arns = [prepare.post(body, 'ImportCertificate', server.port)['CertificateArn'] for body in bodies]
    return {operation: reads(build, server, arns, operation, count, directory)
            for operation in ('DescribeCertificate', 'GetCertificate')}


def moto_round(build, algorithm, pools, directory):
    """The same of moto."""
    server = running.Moto()
    try:
        pool = pathlib.Path(directory) / 'moto.pool'
        prepare.write_pool(pool, pools.bodies[:MOTO_COUNT[algorithm]], server.port)
        return running.load(build, server, pool, MOTO_COUNT[algorithm])
    finally:
        server.stop()


def against_moto(build, algorithm, pools, rounds, directory):
    rates, costs = [], []
    for _ in range(rounds):
        # One right after the other: both rates are the machine's of the same minute.
        moto_cpu, moto_rate = moto_round(build, algorithm, pools, directory)
        cpu, rate = import_round(build, pools)
        rates.append(rate / moto_rate)
        costs.append(moto_cpu / cpu)
    print(f'{algorithm} imports a second over moto\'s: {running.spread(rates, 1)}, '
          f'wanted >= {MOTO_WANTED[algorithm]}; moto\'s CPU over ours: {running.spread(costs, 1)}', flush=True)
    reads_against_moto(build, algorithm, pools, rounds, directory)


def reads_against_moto(build, algorithm, pools, rounds, directory):
    ratios = {}
    for _ in range(rounds):
        moto = running.Moto()
        ours = running.Chancery(build, directory)
        try:
            few = pools.bodies[:16]
            theirs = reads_of(build, moto, few, MOTO_READS, directory)
            for operation, cpu in reads_of(build, ours, few, READS, directory).items():
                ratios.setdefault(operation, []).append(theirs[operation] / cpu)
        finally:
            moto.stop()
            ours.stop()
    for operation, found in ratios.items():
        print(f'{algorithm} {operation}, moto\'s CPU over ours: {running.spread(found, 1)}, wanted >= 30', flush=True)


def main(argv):
    if len(argv) not in (2, 3, 4):
        sys.exit(__doc__)
    build, rounds, count = argv[1], int((argv[2:3] or [5])[0]), int((argv[3:4] or [4096])[0])
    for algorithm in prepare.ALGORITHMS:
        with running.folder() as directory:
            pools = Pools(algorithm, count, directory)
            against_floor(build, algorithm, pools, rounds)
            if running.Moto.found():
                against_moto(build, algorithm, pools, min(rounds, 3), directory)
            else:
                print('moto_server is not on the path: not compared')


if __name__ == '__main__':
    main(sys.argv)
