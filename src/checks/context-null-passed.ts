import type { Finding } from '../model/finding.ts';
import { calleeOf, declarationText, lineOf, nameCalls } from './context-calls.ts';
import type { Check } from './check.ts';
import { dropNull } from './source-fixes.ts';

/** `null` may be passed to `$setAuth`, which throws for it; an anonymous request passes `undefined`. */
export const contextNullPassed: Check = ({ view, contexts, display }): Finding[] => {
    const declaration = view.auth?.declaration;
    if (!declaration || !contexts) return [];
    const found = contexts.filter((shape) => !shape.inTest && shape.mayBeNull);
    const [first] = found;
    if (!first) return [];
    return [
        {
            code: 'context-null-passed',
            severity: 'error',
            file: declaration.file,
            span: declaration.nameSpan,
            message:
                `null may be passed by ${nameCalls(found, display)}: the type is ${first.typeText}. ` +
                '$setAuth throws "Invalid auth object" then; an anonymous request is undefined.',
            related: found.map((shape) => ({
                location: shape.argument,
                message: `${shape.argumentText} has the type ${shape.typeText}`,
            })),
            places: found.map((shape) => ({
                location: shape.argument,
                message:
                    `${calleeOf(shape)} may get null (${shape.typeText}), and $setAuth throws "Invalid auth object" then; ` +
                    `for an anonymous request pass undefined. auth() is ${declarationText(view, declaration, display)}.`,
            })),
            fixes: found.flatMap((shape) => {
                const data = dropNull(shape);
                if (!data) return [];
                return [
                    {
                        title: `Pass undefined instead of null at ${lineOf(shape.argument, display)}`,
                        preferred: true,
                        data,
                    },
                ];
            }),
        },
    ];
};
