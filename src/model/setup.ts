/** What the packages around a schema say about how they were installed. */
export interface SetupFacts {
    /** Set when bun installs them. */
    bun?: {
        /** Absolute path of its lockfile. */
        lockfile: string;
        /** Absolute path of the package.json beside it, whose overrides count. */
        manifest: string;
        /** Locked versions of chevrotain, each once; undefined where the lockfile can't be read as text. */
        chevrotain?: string[];
        /** The range of chevrotain that ZenStack's parser asks for, as the lockfile has it. */
        wanted?: string;
        /** The manifest overrides chevrotain. */
        overridden: boolean;
        /** Package names among the dependencies of the schema's package and of the manifest. */
        dependencies: string[];
    };
}
