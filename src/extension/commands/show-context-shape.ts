import { contextShapeRequest } from '../../shared/protocol.ts';
import { withPatience } from '../progress.ts';
import { schemaUri } from './active-schema.ts';
import type { Services } from './services.ts';

/** Shows what the application passes to `$setAuth(...)`, as a rendered page. */
export async function showContextShape({ server, pages }: Services, argument: unknown): Promise<void> {
    const uri = schemaUri(argument);
    const { markdown } = await withPatience('reading what the application passes to $setAuth', (token) =>
        server.request(contextShapeRequest, uri === undefined ? {} : { uri }, token),
    );
    await pages.show('Context Shape', markdown);
}
