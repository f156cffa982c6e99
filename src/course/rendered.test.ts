import { expect, it } from 'vitest';
import { loadLesson } from './loader.ts';
import { rendered } from './rendered.ts';
import { skeleton } from './skeleton.ts';

it('a lesson for the page has HTML where its files have Markdown, and commands as they are', () => {
  const [step] = rendered(loadLesson(skeleton('fresh'))).steps;
  const blocks = step?.prose.en.blocks ?? [];
  expect(blocks[0]).toMatchObject({ type: 'run', command: 'docker run hello-world' });
  expect(blocks[1]).toEqual({
    type: 'markdown',
    text: '<p>What there is to see, and what it means.</p>\n',
  });
  expect(blocks[2]).toMatchObject({
    hints: ['<p>A nudge.</p>\n', '<p>Type <code>docker run hello-world</code>.</p>\n'],
  });
});
