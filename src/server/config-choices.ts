import { describeRelease } from '../insert/describe-plan.ts';
import type { AuthConfig } from '../model/auth-table.ts';
import type { ConfigChoice } from '../shared/protocol.ts';
import { display } from './entries.ts';
import type { Features } from './features.ts';

/** A configuration as a client shows it. */
export function toChoice(config: AuthConfig, parts: { features: Features }): ConfigChoice {
    const { file, range } = config.location;
    const line = range.start.line + 1;
    const plugins = config.plugins.map((plugin) => plugin.name).join(', ') || 'no plugins';
    const unknown = config.unknown.length > 0 ? `; unknown: ${config.unknown.map((part) => part.what).join(', ')}` : '';
    return {
        id: idOf(config),
        label: `${display(file, parts)}:${line}`,
        detail: `${plugins}${unknown}`,
        location: config.location,
        release: describeRelease(config),
        reasons: config.reasons ?? [],
        notes: config.notes ?? [],
        ...(config.recommended && { recommended: true }),
        ...(config.isLoaded && { loaded: true }),
    };
}

/** See `ConfigChoice.id`. */
export function idOf({ location: { file, range } }: AuthConfig): string {
    return `${file}#${range.start.line + 1}`;
}

/** The configuration with an id; without one the only one, else `choose`. */
export function pickConfig(configs: readonly AuthConfig[], id: string | undefined): AuthConfig | 'choose' | undefined {
    if (id !== undefined) return configs.find((config) => idOf(config) === id);
    return configs.length > 1 ? 'choose' : configs[0];
}
