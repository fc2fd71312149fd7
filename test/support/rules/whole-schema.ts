import { parseSource } from '../../../src/zmodel/parse.ts';
import type { PolicySchema } from '../../../src/model/policy.ts';
import { buildSchemaView } from '../../../src/zmodel/view.ts';

/** The rules of a schema in one text. */
export function policySchemaOf(text: string): PolicySchema {
    const file = '/schema/schema.zmodel';
    return buildSchemaView(file, [{ ...parseSource(text), file, imports: [] }]).policies();
}
