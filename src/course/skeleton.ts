/** What `npm run lesson -- new` writes: a lesson of one step that can be tested at once. */
import { defaultMemory } from './loader.ts';

export function skeleton(id: string): Readonly<Record<string, string>> {
  const front = '---\nrevision: 1\nmatches: 1\n---\n';
  return {
    'lesson.yaml': `# yaml-language-server: $schema=../lesson.schema.json
id: ${id}
minutes: 10
images: [hello-world]
machine: { memory: ${String(defaultMemory)} }
steps:
  - id: first-step
    checks:
      - container: { image: hello-world, exit: 0 }
`,
    'en.md': `${front}What this lesson is about, in a sentence or two.

## The first step

\`\`\`sh run
docker run hello-world
\`\`\`

What there is to see, and what it means.

\`\`\`hints
- A nudge.
- Type \`docker run hello-world\`.
\`\`\`
`,
    'ko.md': `${front}이 레슨에서 무엇을 배우는지 한두 문장으로 적어요.

## 첫 단계

\`\`\`sh run
docker run hello-world
\`\`\`

무엇이 보이고 무슨 뜻인지 적어요.

\`\`\`hints
- 방향만 알려 주는 힌트예요.
- \`docker run hello-world\`를 입력하세요.
\`\`\`
`,
    'solution.sh': `#!/bin/sh
# step: first-step
docker run hello-world
`,
    'wrong.sh': `#!/bin/sh
# step: first-step
# mistake
docker pull hello-world
# en: There is no container from hello-world yet.
# ko: hello-world 이미지로 만든 컨테이너가 아직 없어요.
`,
  };
}
