import path from 'node:path';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const root = import.meta.dirname;

/** Which folders of src/ each folder may import from, besides itself and `model`. Dependencies point one way. */
const mayImport = {
    model: [],
    shared: [],
    zmodel: [],
    rules: [],
    context: [],
    'better-auth': [],
    checks: ['insert', 'rules', 'zmodel'],
    insert: ['zmodel'],
    fixes: ['checks', 'insert', 'rules', 'zmodel'],
    access: ['checks', 'rules', 'zmodel'],
    suggest: ['insert', 'rules', 'zmodel'],
    format: ['zmodel'],
    reading: ['insert', 'zmodel'],
    refactor: ['fixes', 'insert', 'zmodel'],
    worker: ['context', 'better-auth'],
    loader: ['better-auth', 'worker'],
    workspace: ['checks', 'fixes', 'insert', 'rules', 'worker', 'zmodel', 'shared'],
    server: [
        'access',
        'checks',
        'fixes',
        'format',
        'insert',
        'reading',
        'refactor',
        'rules',
        'suggest',
        'worker',
        'workspace',
        'zmodel',
        'shared',
    ],
    cli: ['access', 'checks', 'fixes', 'insert', 'rules', 'worker', 'workspace', 'zmodel', 'shared', 'server'],
    extension: ['shared'],
};

const zones = Object.keys(mayImport).map((target) => ({
    target: path.join(root, 'src', target),
    from: path.join(root, 'src'),
    except: [...new Set([target, 'model', ...mayImport[target]])].map((folder) => `./${folder}`),
    message: `src/${target} may import only from itself and: ${['model', ...mayImport[target]].join(', ')}.`,
}));

const lsp = ['vscode-languageserver', 'vscode-languageserver/*', 'vscode-languageclient', 'vscode-languageclient/*'];

export default tseslint.config(
    {
        ignores: [
            'dist/**',
            'node_modules/**',
            'test/fixtures/**',
            'samples/*/generated/**',
            '.vscode-test/**',
            'test-results/**',
        ],
    },
    {
        files: ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
        extends: [...tseslint.configs.strictTypeChecked],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
        plugins: { 'import-x': importX },
        settings: { 'import-x/resolver': { node: { extensions: ['.ts'] } } },
        rules: {
            'import-x/no-restricted-paths': ['error', { basePath: root, zones }],
            'import-x/no-cycle': 'error',
            '@typescript-eslint/consistent-type-imports': 'error',
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
            '@typescript-eslint/no-non-null-assertion': 'error',
            'no-console': 'error',
            'no-empty': ['error', { allowEmptyCatch: false }],
        },
    },
    {
        files: ['src/**/*.ts'],
        ignores: ['src/extension/**'],
        rules: { 'no-restricted-imports': ['error', { paths: ['vscode'] }] },
    },
    {
        files: [
            'src/{access,model,zmodel,rules,context,better-auth,checks,fixes,format,insert,reading,refactor,suggest,worker,workspace}/**/*.ts',
        ],
        rules: { 'no-restricted-imports': ['error', { paths: ['vscode'], patterns: lsp }] },
    },
    {
        files: ['test/**/*.ts', 'bench/**/*.ts'],
        rules: { '@typescript-eslint/no-floating-promises': 'off', 'no-console': 'off' },
    },
    { files: ['**/*.mjs'], languageOptions: { ecmaVersion: 2024, sourceType: 'module' } },
);
