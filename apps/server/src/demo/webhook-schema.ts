/** @internal */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly JsonSchema[];
  readonly definitions?: Definitions;
  readonly [keyword: string]: unknown;
}

type Definitions = Readonly<Record<string, JsonSchema>>;

const DEFINITION = '#/definitions/';

/**
 * The part of GitHub's one large schema that speaks of this kind of webhook, able to stand alone. Of a kind with actions, a
 * payload is held against the definition of its own action, so that a refusal speaks of that one only.
 *
 * @internal
 */
export function schemaOf(whole: JsonSchema, kind: string): JsonSchema {
  const { $schema = '', definitions = {} } = whole;
  const roots = rootsOf(definitions, kind);
  return { $schema, ...rule(roots), definitions: reachable(definitions, roots) };
}

/**
 * The same schema for who sends payloads that are older than it: their members at the top are known ones and their action is
 * too; what is in them may be anything.
 *
 * @internal
 */
export function withOlderForm({ $schema = '', definitions = {}, ...strict }: JsonSchema, kind: string): JsonSchema {
  const roots = rootsOf(definitions, kind);
  const members = new Set(roots.flatMap((root) => membersOf(definitions[root] ?? {})));
  const older = { type: 'object', propertyNames: { enum: [...members] }, ...knownAction(roots) };
  return { $schema, anyOf: [strict, older], definitions };
}

/** `check_run$completed` and its like. */
function rootsOf(definitions: Definitions, kind: string): readonly string[] {
  const roots = Object.keys(definitions).filter((name) => name.startsWith(`${kind}$`));
  if (roots.length === 0) throw new Error(`GitHub's schemas do not know ${kind}`);
  return roots;
}

function rule(roots: readonly string[]): JsonSchema {
  const [only = ''] = roots;
  if (roots.length === 1) return { $ref: DEFINITION + only };
  const byAction = roots.map((root) => ({
    if: { properties: { action: { const: actionOf(root) } } },
    then: { $ref: DEFINITION + root },
  }));
  return { type: 'object', ...knownAction(roots), allOf: byAction };
}

function knownAction(roots: readonly string[]): JsonSchema {
  return roots.length === 1 ? {} : { required: ['action'], properties: { action: { enum: roots.map(actionOf) } } };
}

function actionOf(root: string): string {
  return root.slice(root.indexOf('$') + 1);
}

function membersOf({ properties = {}, oneOf = [] }: JsonSchema): readonly string[] {
  return [...Object.keys(properties), ...oneOf.flatMap(membersOf)];
}

function reachable(definitions: Definitions, roots: readonly string[]): Definitions {
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const [, next = ''] of JSON.stringify(definitions[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) reach(next);
  };
  roots.forEach(reach);
  return Object.fromEntries([...reached].map((name) => [name, definitions[name] ?? {}]));
}
