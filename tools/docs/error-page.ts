import { ERROR_CODES, type ErrorCodeSection } from '../../src/error-codes.ts';

/** The sections of the table, in its order. That this compiles is the check of the table's shape. */
export const SECTIONS: Readonly<Record<string, ErrorCodeSection>> = ERROR_CODES;

const HEAD = `# Error codes

<!-- Generated from src/error-codes.ts by \`npm run docs:errors\`; edit that file, not this one. -->

wjpeg reports every expected failure as a \`WjpegError\` with three fields: \`kind\` groups errors by what to do about them,
\`code\` identifies the error and is stable, \`message\` is one line for people that names the place, the expected value and
the actual one. Errors that have a place in a byte stream also have \`offset\`, in bytes. The programs print the message
to standard error and exit with a code other than 0.

\`\`\`ts
import { InferenceSession, WjpegError } from 'wjpeg';

try {
  await InferenceSession.create(bytes);
} catch (error) {
  if (error instanceof WjpegError && error.code === 'MANIFEST_VERSION') console.log('Update wjpeg to read this file.');
  else throw error;
}
\`\`\`

| kind | meaning |
|---|---|
| \`corrupt\` | The bytes violate the rules of their own format. |
| \`unsupported\` | The bytes are valid but use a feature that wjpeg does not support. |
| \`limit\` | Reading on would take more memory or time than the limits allow ([limits.md](limits.md)). |
| \`misuse\` | An argument or option is invalid, or does not fit the others. |
| \`unavailable\` | This machine lacks something that was requested: a file, a server, a backend, memory. |
`;

/** The text of docs/errors.md. */
export function errorPage(): string {
  const sections = Object.entries(SECTIONS).map(([title, { action, codes }]) => {
    const rows = Object.entries(codes).map(
      ([code, { kinds, meaning, action: own }]) =>
        `| \`${code}\` | ${kinds.join(', ')} | ${linked(meaning)} | ${linked(own ?? '')} |`,
    );
    return [
      `## ${title}`,
      wrapped(`${linked(action)} Where another remedy is stated, it applies instead.`),
      ['| code | kind | meaning | remedy |', '|---|---|---|---|', ...rows].join('\n'),
    ].join('\n\n');
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

/** Lines of at most 120 characters. */
function wrapped(text: string): string {
  return text.replaceAll(/(.{1,120})(?: |$)/g, '$1\n').trimEnd();
}

/** Names of pages become links; the page lies beside them. */
function linked(text: string): string {
  return text.replaceAll(/docs\/([\w-]+\.md)/g, '[$1]($1)');
}
