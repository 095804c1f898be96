import { found } from './answers.js';
import type { ByName, Named } from './answers.js';
import type { Api } from './api.js';
import type { WebhookKind } from './github.js';
import { heading, say, withProgress } from './screen.js';
import { withOlderForm } from './webhook-schema.js';

/** @internal One receiver for each kind of webhook. */
export async function makeReceivers(api: Api, kinds: readonly WebhookKind[]): Promise<ByName> {
  heading("Receivers: GitHub's own JSON Schemas say what a report must look like");
  const receivers = await withProgress(kinds.length, async (step) => {
    const made = new Map<string, Named>();
    for (const { name, schema } of kinds) {
      const description = `GitHub webhook ${name}`;
      const body = { name, type: `com.github.${name}`, version: '7.6.1', description, schema };
      made.set(name, await api.post<Named>('/receivers', body));
      step();
    }
    return made;
  });
  say(`  ${String(receivers.size)} receivers, one for each kind of webhook`);
  return receivers;
}

/** @internal A second revision of some receivers, which takes older payloads as well. */
export async function widenReceivers(api: Api, kinds: readonly WebhookKind[], receivers: ByName): Promise<void> {
  heading('A receiver may learn: its schema changes, and every revision of it is kept');
  await withProgress(kinds.length, async (step) => {
    for (const { name, schema } of kinds) {
      await api.change(`/receivers/${found(receivers, name).id}`, { schema: withOlderForm(schema, name) });
      step();
    }
  });
  say(
    `  ${String(kinds.length)} receivers are at revision 2, which takes an older payload by its outline: a known action, and no`,
  );
  say('  member at the top that GitHub does not know. What was refused is posted again:');
}
