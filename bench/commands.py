#!/usr/bin/python3
"""One command line beside the AWS CLI's: `commands.py BUILD [ROUNDS]`.

Each round imports a certificate through /usr/bin/aws and through chancery, in turns, against the same daemon, and starts
`chancery --version`. Wall time is from fork to exit, memory the largest resident size that the kernel saw: both of the
client process alone. The ratios are of the same round.
"""
import pathlib
import subprocess
import sys

import running

WARM_UP = 2


def timed(build, words, environment):
    """(milliseconds, KiB) of one process that must succeed."""
    done = subprocess.run([f'{build}/bench/bench_peak', *map(str, words)], env=environment, check=True, text=True,
                          stdout=subprocess.PIPE)
    wall_us, peak_kib = map(int, done.stdout.split())
    return wall_us / 1e3, peak_kib


def papers(folder):
    """A self-signed certificate and its key."""
    certificate, key = folder / 'certificate.pem', folder / 'key.pem'
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-noenc', '-keyout', key, '-out', certificate,
                    '-days', '30', '-subj', '/CN=www.example.com', '-addext', 'subjectAltName=DNS:www.example.com'],
                   check=True, stderr=subprocess.DEVNULL)
    return certificate, key


def main(build, rounds=20):
    chancery = pathlib.Path(build) / 'src' / 'chancery'
    with running.folder() as scratch:
        server = running.Chancery(build, scratch)
        certificate, key = papers(pathlib.Path(scratch))
        words = ['acm', 'import-certificate', '--certificate', f'fileb://{certificate}', '--private-key', f'fileb://{key}',
                 '--endpoint-url', server.server.url]
        environment = server.server.environment()
        found = []
        for number in range(WARM_UP + rounds):
            one = [timed(build, ['/usr/bin/aws', *words], environment), timed(build, [chancery, *words], environment),
                   timed(build, [chancery, '--version'], environment)]
            if number >= WARM_UP:
                found.append(one)
        server.stop()
    for name, at, digits in (('aws', 0, 0), ('chancery', 1, 1), ('chancery --version', 2, 1)):
        print(f'{name}: {running.spread([one[at][0] for one in found], digits)} ms, '
              f'{running.spread([one[at][1] / 1024 for one in found], 1)} MiB')
    print(f'wall time of aws over chancery: {running.spread([a[0] / c[0] for a, c, _ in found], 1)} (wanted: 30)')
    print(f'memory of aws over chancery: {running.spread([a[1] / c[1] for a, c, _ in found], 1)} (wanted: 6)')


if __name__ == '__main__':
    main(sys.argv[1], *map(int, sys.argv[2:]))
