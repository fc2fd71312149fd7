/** What a suite may say about itself in its `suite.ts`. */
export interface SuiteConfig {
    /** Folder that is copied and opened, relative to the repository; the suite's own `workspace/` by default. */
    readonly workspace?: string;
    /** User settings on top of the calm ones. */
    readonly settings?: Readonly<Record<string, unknown>>;
}
