// What a package shows to those who install it: its API against etc/<name>.api.md, and whether its files can be found by every
// kind of resolution. `--write` puts the API as it is now into etc/.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PACKAGES = [
  ...[
    'core',
    'adapter-testkit',
    'adapters-node',
    'adapters-postgres',
    'adapters-redis',
    'adapters-jwt',
    'adapters-oidc',
  ],
  ...['adapters-opa', 'http-express', 'observability'],
];
const PNPM = ['npx', '-y', 'pnpm@12.21.0'];
const root = fileURLToPath(new URL('..', import.meta.url));
const write = process.argv.includes('--write');
let failures = 0;

function run(folder, [command, ...args]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return;
  failures += 1;
  process.stdout.write(`${args.join(' ')} failed in ${folder.slice(root.length)}\n${stdout}${stderr}\n`);
}

const bin = (name) => `${root}node_modules/.bin/${name}`;
for (const name of PACKAGES) {
  const folder = `${root}packages/${name}`;
  for (const made of ['etc', 'temp']) mkdirSync(`${folder}/${made}`, { recursive: true });
  const config = `${folder}/temp/api-extractor.json`;
  writeFileSync(config, JSON.stringify({ extends: `${root}api-extractor.json`, projectFolder: folder }));
  run(folder, [bin('api-extractor'), 'run', ...(write ? ['--local'] : []), '--config', config]);
  if (write) continue;
  const packed = `${folder}/temp/package.tgz`;
  run(folder, [...PNPM, 'pack', '--out', packed]);
  run(folder, [bin('publint'), '--strict', packed]);
  run(folder, [bin('attw'), '--profile', 'esm-only', packed]);
}
process.stdout.write(`${PACKAGES.length} packages looked at, ${failures} checks failed\n`);
process.exit(failures === 0 ? 0 : 1);
