import type { Finding } from '../model/finding.ts';
import type { Check } from './check.ts';
import { servingConfig } from './serving-config.ts';
import { setupPlace } from './setup-place.ts';

/** Better Auth gets a client that enforces access policies, which its own tables don't allow anybody anything by. */
export const adapterPolicyClient: Check = (input): Finding[] => {
    const config = servingConfig(input);
    const client = config?.adapter?.policyClient;
    const place = setupPlace(input.view);
    if (!config || !client || !place) return [];
    const { location, text, without } = client;
    const at = {
        location,
        message: 'zenstackAdapter is given this client with the access policy plugin, by which every sign-in fails.',
    };
    return [
        {
            code: 'adapter-policy-client',
            severity: 'warning',
            ...place,
            message:
                `zenstackAdapter is given a client with the access policy plugin (${input.display(location.file)}:${location.range.start.line + 1}): ` +
                'tables without rules then deny everything, and every sign-in fails. Give it the client without the plugin.',
            related: [at],
            places: [at],
            fixes:
                without === undefined
                    ? []
                    : [
                          {
                              title: `Give zenstackAdapter ${without} without the policy plugin`,
                              preferred: false,
                              data: { kind: 'edit-source', location, expected: text, text: without },
                          },
                      ],
        },
    ];
};
