import type { Cancellation, DefaultDocumentBuilder, DocumentState, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { readUpstream } from '../zmodel/upstream.ts';

/**
 * Upstream's document builder, with edits that wait to be built begun as soon as anybody waits for a document: the
 * state that it has until then is that of an older text.
 * In: the services, what begins to build. Out: the builder.
 */
export function createDocumentBuilder(
    services: LangiumSharedServices,
    flush: () => Promise<void>,
): DefaultDocumentBuilder {
    const { DocumentBuilder: Upstream } = readUpstream();
    class PatientDocumentBuilder extends Upstream {
        protected override async awaitDocumentState(
            state: DocumentState,
            uri: URI,
            token: Cancellation.CancellationToken,
        ): Promise<URI> {
            await flush();
            return super.awaitDocumentState(state, uri, token);
        }

        protected override async awaitBuilderState(
            state: DocumentState,
            token: Cancellation.CancellationToken,
        ): Promise<void> {
            await flush();
            return super.awaitBuilderState(state, token);
        }
    }
    return new PatientDocumentBuilder(services);
}
