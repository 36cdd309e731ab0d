"""Trees that no API would answer with, through our formats and through the AWS CLI's own formatters; and YAML that
nobody would write, through both readers."""
import datetime
import io
import json
import math
import random
import subprocess
import types

import house
import pytest

pytest.importorskip('awscli')
from awscli import formatter, table  # noqa: E402
import colorama.ansitowin32  # noqa: E402
from ruamel.yaml import YAML  # noqa: E402

TOOL = house.BINARY.parent / 'tests' / 'unit' / 'cli' / 'output_tool'
TITLE = 'ListCertificates'
TEXTS = [
    '', ' ', 'a', 'Ab c', 'true', 'True', 'yes', 'no', 'null', 'Null', '~', 'None', '1', '-1', '+1', '1.5', '.5', '1e5', '1.e+3',
    '0x1f', '0o17', '0b1', '017', '1_000', '_', '_1', '-_1', '1__', '.', '..', '...', '---', '--- a', '-', '- a', '?', '? a', ':', ': a', 'a: b',
    'a:b', 'a :b', 'a:', '#', '# a', 'a #b', 'a#b', '<<', '=', '!', '!a', '&a', '*a', '|', '>', '%a', '@a', '`a', '{', '}', '[', ']',
    '{a}', '[a]', ',', 'a,b', "'", "it's", '"', '"q"', '\'"', '\\', 'a\\nb', '\n', 'a\n', '\na', 'a\nb', 'a\n\nb\n', 'a\n b', ' a\nb', '\t',
    'a\tb', '\r', 'a\r\nb', '\x07', '\x1b[1m', '\x7f', '\x85', '\xa0', '\xad', 'ß', 'é', 'ﬁ', 'İ', 'ı', 'ŉ', 'ΐ', 'Ω', '中文', 'ｗｉｄｅ', '한', 'e\u0301',
    '\u200b', '\u2028', '\u202e', '\ufeff', '\ufffd', '\ue000', '\U0001f600', '\U00010000', '\U000e0001', '…', '“q”', '2026-01-31', '2026-1-31',
    '2026-01-31T08:05:54Z', '2026-1-31 8:05:54.25 +1', '2026-01-31T08:05:54+00:00', '12:30', '190:20:30', '.inf', '-.INF', '.nan', 'inf',
    'arn:aws:acm:eu-central-1:111122223333:certificate/01234567-89ab-7cde-8f01-23456789abcd', 'y' * 90, 'word ' * 30, ('word ' * 30).strip(),
    'a ' * 100 + '\n' + 'b' * 130, '中 ' * 60, '-----BEGIN CERTIFICATE-----\n' + ('M' * 64 + '\n') * 3 + '-----END CERTIFICATE-----\n',
]
KEYS = ['A', 'B', 'Arn', 'Key', 'Value', 'DomainName', 'Zz', 'a', 'ß', 'é', '中', '', '1', 'true', 'a b', 'a: b', 'k' * 140, 'x\ny', '#',
        '\U0001f600', 'Ω']
NUMBERS = [0, 1, -1, 7, 10 ** 15, 10 ** 25, 1.0, -0.0, 0.5, 1.5, 1e16, 1e15, 123456789012345680.0, 1e-4, 1e-5, 1.1e-7, 5e-324,
           1.7976931348623157e308, 0.1 + 0.2, 1 / 3, 2 / 3e9, -12345.678, 1e100]


def scalar(rng):
    kind = rng.randrange(8)
    if kind < 4:
        return rng.choice(TEXTS)
    if kind == 4:
        return ''.join(rng.choice(rng.choice(TEXTS) or 'x') for _ in range(rng.randrange(1, 40)))
    if kind == 5:
        return rng.choice(NUMBERS)
    return rng.choice([None, True, False, rng.randrange(100)])


def tree(rng, depth):
    kind = rng.randrange(10)
    if depth == 0 or kind < 3:
        return scalar(rng)
    size = rng.choice([0, 1, 1, 2, 3, 5])
    if kind < 6:
        return {rng.choice(KEYS): tree(rng, depth - 1) for _ in range(size)}
    if kind == 6:
        return [tree(rng, depth - 1) for _ in range(size)]
    # Lists as answers have them: of structures with mostly the same keys, or of scalars.
    if kind == 7:
        return [scalar(rng) for _ in range(size)]
    keys = rng.sample(KEYS, 3)
    return [{key: tree(rng, depth - 1) if rng.random() < 0.3 else scalar(rng) for key in keys if rng.random() < 0.9}
            for _ in range(size)]


def theirs(name, value, color='off', width=80):
    """Bytes, and whether it went well, of the AWS CLI's formatter."""
    stream = io.StringIO()
    maker = formatter.CLI_OUTPUT_FORMATS[name](types.SimpleNamespace(query=None, color='off'))
    to = stream
    try:
        if name == 'yaml-stream':
            if value != {}:
                maker._yaml_dumper.dump([value], stream)
        elif name == 'text':
            maker._format_response(value, stream)
        else:
            if name == 'table':
                maker.table._terminal_width = width
            if name == 'table' and color == 'on':
                # What colorama.init() puts around standard output, without touching this process's own.
                to = colorama.ansitowin32.AnsiToWin32(stream, convert=False, strip=False, autoreset=True).stream
                init, colorama.init = colorama.init, lambda **_: None
                try:
                    maker.table._styler = table.ColorizedStyler()
                finally:
                    colorama.init = init
            maker._format_response(TITLE, value, to)
        fine = True
    except (AttributeError, TypeError, ValueError, IndexError):
        fine = False
    return fine, stream.getvalue().encode()


def ours(lines, name, color='off', width=80):
    done = subprocess.run([TOOL, name, color, str(width)], input='\n'.join(map(json.dumps, lines)).encode() + b'\n',
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    answers, rest = [], done.stdout
    for _ in lines:
        head, _, rest = rest.partition(b'\n')
        fine, length = map(int, head.split())
        answers.append((bool(fine), rest[:length]))
        rest = rest[length:]
    assert rest == b''
    return answers


def compare(values, name, color='off', width=80):
    for value, answer in zip(values, ours(values, name, color, width)):
        expected = theirs(name, value, color, width)
        assert answer == expected, f'{json.dumps(value)}\n{answer[1].decode()}\n--- theirs\n{expected[1].decode()}'


@pytest.mark.parametrize('name', sorted(formatter.CLI_OUTPUT_FORMATS))
def test_single_texts(name):
    values = [*TEXTS, *NUMBERS, None, True, False, [], {}]
    compare([*values, *([v] for v in values), *({'K': v} for v in values), *([[v]] for v in values),
             *({k: {k: [k]}} for k in KEYS), TEXTS, [TEXTS], [{'A': t, 'B': t} for t in TEXTS]], name)


@pytest.mark.parametrize('seed', range(4))
@pytest.mark.parametrize('name', sorted(formatter.CLI_OUTPUT_FORMATS))
def test_trees(name, seed):
    rng = random.Random(seed)
    compare([tree(rng, rng.randrange(1, 6)) for _ in range(1500)], name)


@pytest.mark.parametrize('color, width', [('on', 80), ('off', 0), ('off', 20), ('on', 120), ('off', 1000)])
def test_tables_of_all_widths(color, width):
    rng = random.Random(f'{color} {width}')
    compare([tree(rng, rng.randrange(1, 5)) for _ in range(1500)], 'table', color, width)


# What is not the same in YAML has no name: times, infinities and what only Python's dumper writes.
def as_json(value):
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(key) if not isinstance(key, (datetime.date, float)) else str(key): as_json(v)
                for key, v in value.items()}
    if isinstance(value, list):
        return [as_json(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError
    return value


def loaded(text):
    """(True, value) as the AWS CLI's loader reads it, or (False, None)."""
    try:
        return True, as_json(YAML(typ='safe', pure=True).load(text))
    except Exception:
        return False, None


def test_what_was_written_is_read():
    rng = random.Random(5)
    values = [v for v in (tree(rng, 4) for _ in range(1500)) if isinstance(v, (dict, list))]
    texts = [theirs('yaml', v)[1].decode() or '{}\n' for v in values]
    for value, text, (fine, answer) in zip(values, texts, ours(texts, 'read')):
        assert fine, (text, answer)
        assert json.loads(answer) == value, text


PIECES = ['a', 'b', ':', ': ', '- ', '\n', '\n  ', '\n- ', '? ', '{', '}', '[', ']', ', ', "'", '"', '#', ' # c', '&x ', '*x', '<<: ', '|\n  ', '>-\n  ',
          '!!str ', '!!int ', '!!binary ', '!!float ', '! ', '!x ', '1', '0x1F', 'true', '~', '---\n', '...\n', '\t', 'é', '2026-01-31', '=', '.5', '%']


def is_plain(value):
    """No times, which stay text with us."""
    if isinstance(value, dict):
        return all(is_plain(k) and is_plain(v) for k, v in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return not isinstance(value, (datetime.date, bytes))


def test_scalars_mean_the_same():
    texts = [f'k: {t}\n' for t in TEXTS if '\n' not in t and '\r' not in t and '\x85' not in t]
    compared = 0
    for text, (fine, answer) in zip(texts, ours(texts, 'read')):
        well, value = loaded(text)
        if well and is_plain(value):
            assert fine and json.loads(answer) == value, (text, answer, value)
            compared += 1
    assert compared > 80


def test_no_text_is_read_differently():
    """Where both read something, it is the same; texts that only one of the two takes are counted."""
    rng = random.Random(6)
    texts = [''.join(rng.choice(PIECES) for _ in range(rng.randrange(1, 12))) for _ in range(6000)]
    agreed = 0
    for text, (fine, answer) in zip(texts, ours(texts, 'read')):
        well, value = loaded(text)
        if fine and well and is_plain(value):
            assert json.loads(answer) == value, (text, answer, value)
            agreed += 1
    assert agreed > 500
