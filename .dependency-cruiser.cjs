const outside = (own) => ({ pathNot: [`^packages/core/(src|dist)/${own}`] });

/** Imports run one way; see "The house" in README.md. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'two files that need each other are one, or lack a third',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'a package that is not declared cannot be found; this also catches imports across the rooms below',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-stands-alone',
      comment: 'the domain imports nothing outside the domain',
      severity: 'error',
      from: { path: '^packages/core/src/domain/' },
      to: outside('domain/'),
    },
    {
      name: 'ports-know-the-domain',
      comment: 'ports are promises in words of the domain',
      severity: 'error',
      from: { path: '^packages/core/src/ports/' },
      to: outside('(domain|ports)/'),
    },
    {
      name: 'core-is-pure',
      comment: 'no Node, no driver, no framework: what the core needs from outside is a port',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { pathNot: ['^packages/core/'] },
    },
    {
      name: 'only-the-front-door',
      comment: 'packages are used through their root, which is what they promise',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/(src|dist)/',
        pathNot: ['^packages/[^/]+/(src|dist)/index\\.(d\\.)?[tj]s$', '^packages/$2/', '^apps/$2/'],
      },
    },
    {
      name: 'adapters-know-the-core-only',
      comment: 'an adapter that knows another cannot be chosen alone; tests may use the kit',
      severity: 'error',
      from: { path: '^packages/(adapters-[^/]+|http-[^/]+|adapter-testkit|observability)/src/' },
      to: { path: '^(packages|apps)/', pathNot: ['^packages/core/', '^packages/$1/'] },
    },
    {
      name: 'nobody-knows-the-server',
      comment: 'only the apps know every package, and no package knows them',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(packages|apps)/[^/]+/(test|coverage|temp)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'import', 'default'] },
  },
};
