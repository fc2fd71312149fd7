/** Every command that the extension registers, with its title; `package.json` is held against it by a test. */
export const COMMANDS = {
    'zmodelAuth.insertAuthModels': 'Insert Better Auth Models…',
    'zmodelAuth.insertAuthType': 'Insert @@auth Type from Context…',
    'zmodelAuth.insertUserContext': 'Insert User Context Helper (TypeScript)…',
    'zmodelAuth.addTenantRules': 'Add Tenant Rules to Models…',
    'zmodelAuth.checkSetup': 'Check Better Auth and ZenStack Setup',
    'zmodelAuth.showContextShape': 'Show Context Shape',
    'zmodelAuth.showAccess': 'Show Who Can Access…',
    'zmodelAuth.explainFinding': 'Explain Finding',
    'zmodelAuth.restartServer': 'Restart Server',
    'zmodelAuth.showOutput': 'Show Output',
} as const satisfies Record<`zmodelAuth.${string}`, string>;

export type CommandId = keyof typeof COMMANDS;
