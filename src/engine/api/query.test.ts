import { describe, expect, it } from 'vitest';
import { parseQueries, parseQuery } from './query.ts';

describe('the query of a URL', () => {
  it('reads a plus as a space and what is escaped as what it means', () => {
    const query = parseQuery('changes=CMD+%5B%22a%2Bb%22%5D&a%20b=1&flag&empty=');
    expect([...query]).toEqual([
      ['changes', 'CMD ["a+b"]'],
      ['a b', '1'],
      ['flag', ''],
      ['empty', ''],
    ]);
  });

  it('keeps all values of a name, in order; the first one alone holds for the whole', () => {
    expect(parseQueries('t=one&x=2&t=t+wo&t=').get('t')).toEqual(['one', 't wo', '']);
    expect(parseQuery('t=one&t=two').get('t')).toBe('one');
    expect(parseQueries('').size).toBe(0);
  });

  it('takes an escape that is none as it stands', () => {
    expect(parseQuery('a=%zz+1').get('a')).toBe('%zz 1');
  });
});
