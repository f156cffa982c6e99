import { describe, expect, it } from 'vitest';
import {
  answerAddresses,
  answerName,
  answersQuestion,
  BadQuestion,
  DATAGRAM,
  RCODE,
  readQuestion,
  refuse,
  refuseBad,
  reverseAddress,
  TYPE,
} from './message.ts';

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** A query as a stub resolver writes it. */
function query(name: string, type: number = TYPE.A, id = 0x1234): Uint8Array {
  const labels = (name === '' ? [] : name.split('.')).flatMap((label) => [
    label.length,
    ...ascii(label),
  ]);
  return Uint8Array.from([
    id >> 8,
    id & 255,
    1,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    ...labels,
    0,
    0,
    type,
    0,
    1,
  ]);
}

const rcode = (message: Uint8Array): number => (message[3] ?? 0) & 15;
const answerCount = (message: Uint8Array): number => message[7] ?? 0;

function complaint(message: Uint8Array): BadQuestion {
  try {
    readQuestion(message);
  } catch (error) {
    if (error instanceof BadQuestion) return error;
  }
  throw new Error('it was read');
}

describe('a question', () => {
  it('is read with its name in lower case and its type', () => {
    const question = readQuestion(query('Web.App', TYPE.AAAA));
    expect(question).toMatchObject({
      id: 0x1234,
      name: 'web.app',
      type: TYPE.AAAA,
      recursion: true,
    });
    expect(readQuestion(query('')).name).toBe('');
  });

  it('is refused when it is cut off, at whatever byte', () => {
    const whole = query('a.bc');
    for (let length = 0; length < whole.length; length++) {
      expect(complaint(whole.subarray(0, length)).rcode).toBe(RCODE.formatError);
    }
    expect(refuseBad(complaint(whole.subarray(0, 5)))).toBeNull();
    const answer = refuseBad(complaint(whole.subarray(0, 13)));
    expect(answer).toHaveLength(12);
    expect(answer && rcode(answer)).toBe(RCODE.formatError);
  });

  it('is refused with a pointer in its name, a name too long, two questions, or as an answer', () => {
    const pointer = query('abc');
    pointer[12] = 0xc0;
    expect(complaint(pointer).rcode).toBe(RCODE.formatError);
    const long = Array.from({ length: 5 }, () => 'x'.repeat(60)).join('.');
    expect(complaint(query(long)).message).toContain('too long');
    const two = query('abc');
    two[5] = 2;
    expect(complaint(two).rcode).toBe(RCODE.formatError);
    const answer = query('abc');
    answer[2] = 0x81;
    expect(complaint(answer).id).toBeNull();
    const status = query('abc');
    status[2] = 0x11;
    expect(complaint(status).rcode).toBe(RCODE.notImplemented);
  });
});

describe('an answer', () => {
  it('repeats the question and gives each address', () => {
    const asked = query('Web');
    const answer = answerAddresses(
      readQuestion(asked),
      [
        [172, 18, 0, 2],
        [172, 18, 0, 3],
      ],
      DATAGRAM,
    );
    expect(answer.subarray(0, 12)).toEqual(
      Uint8Array.of(0x12, 0x34, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 0),
    );
    expect(answer.subarray(12, asked.length)).toEqual(asked.subarray(12));
    expect([...answer.subarray(asked.length)]).toEqual([
      0xc0, 12, 0, 1, 0, 1, 0, 0, 2, 88, 0, 4, 172, 18, 0, 2,
      0xc0, 12, 0, 1, 0, 1, 0, 0, 2, 88, 0, 4, 172, 18, 0, 3,
    ]); // prettier-ignore
    expect(answersQuestion(answer, readQuestion(query('wEB')))).toBe(true);
    expect(answersQuestion(answer, readQuestion(query('web', TYPE.A, 7)))).toBe(false);
    expect(answersQuestion(answer, readQuestion(query('wed')))).toBe(false);
    expect(answersQuestion(asked, readQuestion(asked))).toBe(false);
  });

  it('says when it is too long for a datagram', () => {
    const many = Array.from({ length: 100 }, (_, i) => [10, 0, 0, i]);
    const short = answerAddresses(readQuestion(query('web')), many, DATAGRAM);
    expect(short.length).toBeLessThanOrEqual(DATAGRAM);
    expect((short[2] ?? 0) & 2).toBe(2);
    const whole = answerAddresses(readQuestion(query('web')), many, 65_535);
    expect((whole[2] ?? 0) & 2).toBe(0);
    expect(answerCount(whole)).toBe(100);
  });

  it('gives the name of an address, or says that there is none', () => {
    const question = readQuestion(query('2.0.18.172.in-addr.arpa', TYPE.PTR));
    expect(reverseAddress(question.name)).toBe('172.18.0.2');
    expect(reverseAddress('2.0.18.in-addr.arpa')).toBeNull();
    const answer = answerName(question, 'web.app', DATAGRAM);
    expect([...answer.subarray(-11)]).toEqual([0, 9, 3, ...ascii('web'), 3, ...ascii('app'), 0]);
    expect(rcode(refuse(question, RCODE.noSuchName))).toBe(RCODE.noSuchName);
  });

  it('never breaks on noise', () => {
    let state = 1;
    const byte = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0) >>> 24;
    for (let i = 0; i < 5000; i++) {
      const noise = Uint8Array.from({ length: byte() % 40 }, byte);
      if (noise.length > 5 && i % 2 === 0) noise.set([1, 0, 0, 1], 2);
      try {
        readQuestion(noise);
      } catch (error) {
        expect(error).toBeInstanceOf(BadQuestion);
      }
    }
  });
});
