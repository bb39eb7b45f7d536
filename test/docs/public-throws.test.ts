import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { SECTIONS } from '../../tools/docs/error-page.ts';
import { ROOT } from '../../tools/docs/workplace.ts';

/** Public functions and methods that have nothing to throw on purpose. All others say with `@throws` when and what. */
const NEVER = new Set([
  'toFloat32',
  'writeCheckpoint',
  'Calibration.begin',
  'InferenceSession.dispose',
  'Trainer.close',
  'Trainer.finish',
  'Trainer.logits',
  'Trainer.rateModel',
  'Trainer.validate',
  'WjpegError.constructor',
]);

interface PublicFunction {
  readonly name: string;
  readonly node: ts.Node;
}

const sources = new Map<string, ts.SourceFile>();

function sourceAt(path: string): ts.SourceFile {
  const known = sources.get(path);
  if (known) return known;
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  sources.set(path, source);
  return source;
}

/** The declaration of an exported name; follows re-exports. Types are not found. */
function declarationOf(path: string, name: string): ts.Statement | undefined {
  for (const statement of sourceAt(path).statements) {
    if (
      (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) &&
      statement.name?.text === name
    )
      return statement;
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier || !statement.exportClause) continue;
    if (!ts.isNamedExports(statement.exportClause)) continue;
    const element = statement.exportClause.elements.find((candidate) => candidate.name.text === name);
    if (!element) continue;
    const module = join(dirname(path), (statement.moduleSpecifier as ts.StringLiteral).text);
    return declarationOf(module, (element.propertyName ?? element.name).text);
  }
  return undefined;
}

/** Exported functions, and public constructors and methods of exported classes; accessors do not throw. */
function publicFunctions(entry: string): PublicFunction[] {
  const path = join(ROOT, entry);
  return sourceAt(path).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly || !statement.exportClause) return [];
    if (!ts.isNamedExports(statement.exportClause)) return [];
    return statement.exportClause.elements
      .filter(({ isTypeOnly }) => !isTypeOnly)
      .flatMap(({ name: { text: name } }): PublicFunction[] => {
        const declaration = declarationOf(path, name);
        if (!declaration) return [];
        if (ts.isFunctionDeclaration(declaration)) return [{ name, node: declaration }];
        return (declaration as ts.ClassDeclaration).members
          .filter((member) => ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member))
          .filter(({ name: own }) => !own || !ts.isPrivateIdentifier(own))
          .filter((member) => !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private))
          .map((member) => ({
            name: `${name}.${member.name?.getText() ?? 'constructor'}`,
            node: member as ts.Node,
          }));
      });
  });
}

const ENTRIES = ['index', 'compress', 'train', 'jpeg', 'format', 'node/index'].map(
  (name) => `src/${name}.ts`,
);
const functions = ENTRIES.flatMap(publicFunctions);

function throwsTags(node: ts.Node): string[] {
  return ts
    .getJSDocTags(node)
    .filter((tag) => tag.tagName.text === 'throws')
    .map((tag) => ts.getTextOfJSDocComment(tag.comment) ?? '');
}

describe('public functions', () => {
  test('say what they throw', () => {
    expect(functions.length).toBeGreaterThan(30);
    // One of the signatures of an overloaded method is enough.
    const loud = new Set(functions.filter(({ node }) => throwsTags(node).length > 0).map(({ name }) => name));
    const silent = functions.map(({ name }) => name).filter((name) => !NEVER.has(name) && !loud.has(name));
    expect(silent).toEqual([]);
  });

  test('that never throw exist and do not say that they do', () => {
    const names = functions.map(({ name }) => name);
    expect([...NEVER].filter((name) => !names.includes(name))).toEqual([]);
    const loud = functions.filter(({ name, node }) => NEVER.has(name) && throwsTags(node).length > 0);
    expect(loud.map(({ name }) => name)).toEqual([]);
  });

  test('name error codes that exist', () => {
    const codes = Object.values(SECTIONS).flatMap((section) => Object.keys(section.codes));
    const unknown = functions.flatMap(({ name, node }) =>
      throwsTags(node)
        .flatMap((text) => [...text.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]*)(…?)`/g)])
        .filter(([, code, rest]) => !codes.some((known) => (rest ? known.startsWith(code) : known === code)))
        .map(([, code]) => `${name}: ${code}`),
    );
    expect(unknown).toEqual([]);
  });
});
