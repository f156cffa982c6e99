import { Text } from '@codemirror/state';
import { ValidationCode } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { korean } from './korean.ts';
import { problemsOf } from './problems.ts';

const doc = (text: string): Text => Text.of(text.split('\n'));

test('says where and what, in the reader’s language', () => {
  const text = doc("FROM busybox\nRUM echo x\n\nCMD ['a']\n");
  expect(problemsOf(text, 'en')).toEqual([
    { from: 13, to: 16, severity: 'error', message: 'Unknown instruction: RUM' },
    {
      from: 29,
      to: 34,
      severity: 'warning',
      message:
        'Instruction written as a JSON array but is using single quotes instead of double quotes',
    },
  ]);
  expect(problemsOf(text, 'ko').map(({ message }) => message)).toEqual([
    '모르는 명령이에요: RUM',
    "JSON 배열에는 큰따옴표를 써야 해요: ['a']",
  ]);
});

test('knows a Korean sentence for everything that can be wrong', () => {
  const names = Object.values(ValidationCode).filter((name) => typeof name === 'string');
  expect(names.length).toBeGreaterThan(50);
  expect(Object.keys(korean).sort()).toEqual(names.sort());
  for (const sentence of Object.values(korean)) {
    expect(sentence('x')).toMatch(/[가-힣]/);
    expect(sentence('x')).not.toContain('!');
  }
});

test.each([
  ['nothing', ' \n'],
  [
    'a Python application',
    'FROM python\nADD requirements.txt /src/\nWORKDIR /src\nRUN pip install -r requirements.txt\nCOPY . .\nEXPOSE 5000\nCMD ["python", "app.py"]\n',
  ],
  [
    'stages and a here-document',
    'ARG base=busybox\nFROM $base AS build\nRUN <<EOF\necho x > /x\nEOF\nFROM scratch\nCOPY --from=build --chown=1:1 /x /\nHEALTHCHECK --interval=5s CMD ["/x"]\n',
  ],
])('finds nothing wrong with %s', (_, text) => {
  expect(problemsOf(doc(text), 'en')).toEqual([]);
});
