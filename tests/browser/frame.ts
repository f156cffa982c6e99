/** The frame of the preview, and what may go wrong about it. */
import type { FrameLocator } from 'playwright-core';
import type { Visitor } from './visitor.ts';

/** What is logged when a page of the machine could not be had, or keeps to its own policy: what these tests are about. */
const expected = /status of (502|404|500)|ERR_FAILED|sandboxing|"img-src 'none'"/;
export const problemsOf = (visitor: Visitor): string[] =>
  visitor.problems.filter((problem) => !expected.test(problem));

export const shownIn = (visitor: Visitor): FrameLocator => visitor.page.frameLocator('iframe');
