// Checks who imports whom under the folders given (packages and apps when none are). Ends with 1 when a rule is broken, and also
// when nothing was looked at, which would look the same as nothing being wrong.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const folders = process.argv.slice(2);
const where = folders.length === 0 ? ['packages', 'apps'] : folders;
const bin = fileURLToPath(new URL('../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url));
const config = fileURLToPath(new URL('../.dependency-cruiser.cjs', import.meta.url));
const { stdout, stderr } = spawnSync(process.execPath, [bin, '--config', config, '--output-type', 'json', ...where], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (!stdout.startsWith('{')) {
  process.stderr.write(`the boundaries could not be checked: ${stderr || stdout}\n`);
  process.exit(1);
}
const { summary, modules } = JSON.parse(stdout);
const own = modules.filter(({ source }) => /^(packages|apps)\/[^/]+\/src\//.test(source)).length;
for (const { rule, from, to } of summary.violations) {
  if (!from.includes('/dist/')) process.stdout.write(`${rule.severity} ${rule.name}: ${from} -> ${to}\n`);
}
const broken = summary.violations.filter(({ from }) => !from.includes('/dist/')).length;
process.stdout.write(`${own} modules looked at, ${broken} rules broken\n`);
process.exit(own === 0 || broken > 0 ? 1 : 0);
