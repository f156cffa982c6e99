/** Go templates of `--format`, on a value with something of everything. */
import { Template, TemplateError } from '../../../src/engine/cli/format/template/index.ts';
import { TemplateSyntaxError } from '../../../src/engine/cli/format/template/tokens.ts';
import { text } from './refusals.ts';

const DOT = {
  Name: '/hello',
  State: { Status: 'running', Pid: 12, Health: null },
  Env: ['A=b', 'P=/bin'],
  Ports: { '80/tcp': [{ HostPort: '8080' }], '53/udp': null },
  Size: 1.5,
};

export function fuzz(data: Uint8Array): void {
  try {
    new Template(text(data)).execute(DOT);
  } catch (error) {
    const refusal = error instanceof TemplateError || error instanceof TemplateSyntaxError;
    if (!refusal) throw error;
  }
}
