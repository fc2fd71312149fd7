import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';
import { servingConfig } from './serving-config.ts';

/** The adapter is told another database than the datasource has. */
export const adapterProviderMismatch: Check = (input): Finding[] => {
    const { view } = input;
    const adapter = servingConfig(input)?.adapter;
    if (adapter?.name !== 'zenstackAdapter' || adapter.provider === undefined || !view.datasource) return [];
    const { provider, providerLiteral } = adapter;
    const database = view.provider;
    // The adapter knows no mysql: with sqlite it does what is right there, lists as JSON.
    const needed = database === 'mysql' ? 'sqlite' : database;
    if (needed === undefined || provider === needed) return [];
    const place = providerLiteral && {
        location: providerLiteral.location,
        message: `zenstackAdapter is told provider "${provider}", but the datasource is ${String(database)}.`,
    };
    const wrong =
        provider === 'postgresql'
            ? `hands lists over as lists, which ${database} does not have`
            : needed === 'postgresql'
              ? 'writes lists as JSON text'
              : `knows no database "${provider}"`;
    return [
        {
            code: 'adapter-provider-mismatch',
            severity: 'warning',
            file: view.datasource.file,
            span: view.datasource.providerSpan,
            message: `The datasource is ${database}, but zenstackAdapter is told provider "${provider}", and ${wrong}.`,
            related: place ? [place] : [],
            ...(place && { places: [place] }),
            fixes: providerLiteral
                ? [
                      {
                          title: `Set zenstackAdapter's provider to '${needed}'`,
                          preferred: false,
                          data: {
                              kind: 'edit-source',
                              location: providerLiteral.location,
                              expected: providerLiteral.text,
                              text: providerLiteral.text.replace(provider, needed),
                          },
                      },
                  ]
                : [],
        },
    ];
};
