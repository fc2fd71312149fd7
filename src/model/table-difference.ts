/** What the static reading of a configuration and the loaded one disagree about. */
export interface TableDifference {
    /** Better Auth's own key of the table. */
    table: string;
    /** Better Auth's own key of the field; undefined when the whole table is meant. */
    field?: string;
    /** In which reading it is, or which property differs in the two: `name`, `type`, `required`, … */
    what: 'only-read' | 'only-loaded' | 'name' | 'type' | 'required' | 'unique' | 'default' | 'references' | 'indexes';
    /** One sentence, both values printed. */
    message: string;
}
