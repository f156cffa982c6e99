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
    hints: [
      '<p>A nudge.</p>\n',
      '<p>Type <code>docker run <span data-whole>hello-world</span></code>.</p>\n',
    ],
  });
});

it('words of code with a hyphen, and a particle after a bracket or code, stay on their line', () => {
  const text = 'Give `docker run -it --rm a<b`: `-d`(detached)는 `$( )`는';
  const lesson = loadLesson(skeleton('fresh'));
  const { ko } = rendered({
    ...lesson,
    intro: { en: [], ko: [{ type: 'markdown', text }] },
  }).intro;
  expect(ko).toEqual([
    {
      type: 'markdown',
      text: '<p>Give <code>docker run <span data-whole>-it</span> <span data-whole>--rm</span> a&lt;b</code>: <code><span data-whole>-d</span></code>(detached)\u2060는 <code>$( )</code>\u2060는</p>\n',
    },
  ]);
});
