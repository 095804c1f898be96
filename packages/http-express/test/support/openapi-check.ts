import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** An answer as the test saw it. */
export interface SeenAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface DocumentedAnswer {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>>;
  readonly $ref?: string;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Headers that mean something to a client: where one is answered, the document says so. */
const MEANINGFUL = ['allow', 'etag', 'idempotency-replayed', 'location', 'retry-after', 'www-authenticate'];
const METHODS = ['get', 'post', 'patch', 'put', 'delete'];
const ID = 'https://xzepr.test/openapi.json';

/** Complains about every answer that the document does not tell of. */
export function openApiCheck(document: OpenApiDocument): (answer: SeenAnswer) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
  addFormats.default(ajv);
  ajv.addSchema(document, ID);
  const compiled = new Map<string, ValidateFunction>();

  function validatorAt(pointer: string): ValidateFunction {
    const known = compiled.get(pointer);
    if (known !== undefined) return known;
    const validate = ajv.compile({ $ref: `${ID}#${pointer}` });
    compiled.set(pointer, validate);
    return validate;
  }

  function expectFits(pointer: string, text: string, where: string): void {
    const validate = validatorAt(pointer);
    if (validate(JSON.parse(text))) return;
    throw new Error(`${where}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 500)}`);
  }

  return ({ method, path, status, headers, text }) => {
    const where = `${method} ${path} ${String(status)}`;
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    const found = operationOf(document, method, path);
    if (found === undefined) {
      if (status >= 400 && text !== '') expectFits('/components/schemas/Problem', text, where);
      return;
    }
    const responsePointer = `/paths/${escaped(found.template)}/${found.method}/responses/${String(status)}`;
    const declared = resolved(document, responsePointer);
    if (declared === undefined) throw new Error(`${where} is not in the document: ${text.slice(0, 500)}`);
    for (const name of MEANINGFUL) {
      const names = Object.keys(declared.value.headers ?? {}).map((header) => header.toLowerCase());
      if (headers.has(name) && !names.includes(name))
        throw new Error(`${where}: header ${name} is not in the document`);
    }
    if (text === '') return;
    if (declared.value.content?.[type] === undefined) throw new Error(`${where}: ${type} is not in the document`);
    const pointer = `${declared.pointer}/content/${escaped(type)}/schema`;
    if (type === 'text/html') return;
    const texts = type === 'application/x-ndjson' ? text.split('\n').filter((line) => line !== '') : [text];
    for (const one of texts) expectFits(pointer, one, where);
  };
}

interface FoundOperation {
  readonly template: string;
  readonly method: string;
}

function operationOf(document: OpenApiDocument, method: string, path: string): FoundOperation | undefined {
  const asked = method.toLowerCase() === 'head' ? 'get' : method.toLowerCase();
  if (!METHODS.includes(asked)) return undefined;
  const plain = path.split('?')[0] ?? '';
  const templates = Object.keys(document.paths).filter((template) => fits(template, plain));
  // A path without parameters wins over one with.
  const template = templates.find((candidate) => !candidate.includes('{')) ?? templates[0];
  if (template === undefined || document.paths[template]?.[asked] === undefined) return undefined;
  return { template, method: asked };
}

function fits(template: string, path: string): boolean {
  const pattern = template.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path);
}

function resolved(
  document: OpenApiDocument,
  pointer: string,
): { readonly value: DocumentedAnswer; readonly pointer: string } | undefined {
  const value = at(document, pointer) as DocumentedAnswer | undefined;
  if (value?.$ref === undefined) return value === undefined ? undefined : { value, pointer };
  return resolved(document, value.$ref.slice(1));
}

function at(document: unknown, pointer: string): unknown {
  let value = document;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  }
  return value;
}

function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}
