import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const projects = ['packages/*/tsconfig.json', 'apps/*/tsconfig.json', 'tsconfig.test.json'];

export default defineConfig(
  { ignores: ['**/dist/', '**/coverage/', '.tscache/', '**/*.mjs', '**/*.cjs', 'eslint.config.js'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { project: projects, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // The caller says which id it expects: parseId<ReceiverId>(text).
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      complexity: ['error', 8],
      // Exported ones need their type for isolated declarations.
      '@typescript-eslint/no-inferrable-types': 'off',
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'a union of literals says the same and erases' },
        { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'a module is a file' },
        { selector: 'ExportDefaultDeclaration', message: 'exports have names' },
      ],
    },
  },
  {
    // The pure core: what it needs from outside is a port.
    files: ['packages/core/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: '^(node:|express|pg|kysely|redis|class-)', message: 'the core is pure; make it a port' }],
        },
      ],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'ask the Clock port' }],
    },
  },
  {
    // Request bodies are classes because class-validator reads their decorators.
    files: ['packages/http-express/src/**/*.ts'],
    rules: { '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }] },
  },
  {
    // What the tools themselves ask for: a default export, or a fake runner's empty functions.
    files: ['**/test/**/*.ts', 'load/**/*.ts', '*.config.ts'],
    rules: {
      complexity: 'off',
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
