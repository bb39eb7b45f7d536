import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { errorPage, SECTIONS } from '../../tools/docs/error-page.ts';
import { ROOT } from '../../tools/docs/workplace.ts';

const listed = new Map(
  Object.values(SECTIONS)
    .flatMap(({ codes }) => Object.entries(codes))
    .map(([code, { kinds }]) => [code, [...kinds].sort()]),
);
const KINDS = ['corrupt', 'unsupported', 'limit', 'misuse', 'unavailable'];

const sources = ['src', 'kernels', 'web', 'tools', 'bench'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules') && name !== 'error-codes.ts')
    .map((name) => {
      const path = join(ROOT, folder, name);
      return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    }),
);

/** Calls `visit` for a node and all nodes in it. */
function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

function stringsIn(node: ts.Node | undefined): string[] {
  const found: string[] = [];
  if (node) walk(node, (inner) => ts.isStringLiteralLike(inner) && found.push(inner.text));
  return found;
}

function isThrown(node: ts.Node): node is ts.NewExpression {
  return ts.isNewExpression(node) && node.expression.getText() === 'WjpegError';
}

/** The kinds that `new WjpegError(kind, …)` can have: literals, or those of the type of the parameter `kind`. */
function kindsOf(error: ts.NewExpression): string[] {
  const kind = error.arguments?.[0];
  const literals = stringsIn(kind).filter((text) => KINDS.includes(text));
  if (literals.length > 0 || !kind) return literals;
  let node: ts.Node = error;
  while (!ts.isFunctionLike(node) && !ts.isSourceFile(node)) node = node.parent;
  const parameter = ts.isFunctionLike(node)
    ? node.parameters.find(({ name }) => name.getText() === kind.getText())
    : undefined;
  return stringsIn(parameter?.type);
}

/** Functions that make an error of a code they are given, by file and name: the kinds of what they make. */
const makers = new Map<string, string[]>();
for (const source of sources)
  walk(source, (node) => {
    if (!(ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) || !node.body) return;
    const name = node.name?.getText() ?? '';
    walk(node.body, (inner) => {
      if (isThrown(inner) && inner.arguments?.[1]?.getText() === 'code') {
        makers.set(`${source.fileName}:${name}`, kindsOf(inner));
        makers.set(name, kindsOf(inner));
      }
    });
  });

/** Each code that the sources mention, with the kinds it is thrown with. */
const thrown = new Map<string, Set<string>>();
for (const source of sources) {
  const add = (code: string, kinds: readonly string[]): void => {
    const all = thrown.get(code) ?? new Set();
    for (const kind of kinds) all.add(kind);
    thrown.set(code, all);
  };
  walk(source, (node) => {
    if (ts.isStringLiteralLike(node) && listed.has(node.text)) add(node.text, []);
    if (isThrown(node)) for (const code of stringsIn(node.arguments?.[1])) add(code, kindsOf(node));
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    const kinds = KINDS.includes(name)
      ? [name]
      : (makers.get(`${source.fileName}:${name}`) ?? makers.get(name));
    if (!kinds) return;
    for (const argument of node.arguments)
      for (const code of stringsIn(argument)) if (listed.has(code)) add(code, kinds);
  });
}

test('docs/errors.md is current (npm run docs:errors)', () => {
  expect(readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8')).toBe(errorPage());
});

test('every code that is thrown is listed, and every listed code is thrown', () => {
  expect([...thrown.keys()].sort()).toEqual([...listed.keys()].sort());
});

test('with the kinds it is listed with', () => {
  const wrong = [...thrown]
    .filter(([, kinds]) => kinds.size > 0)
    .map(([code, kinds]) => [code, [...kinds].sort()] as const)
    .filter(([code, kinds]) => kinds.join() !== listed.get(code)?.join());
  expect(wrong).toEqual([]);
});

test('each code is listed once, named as constants are, with sentences as texts', () => {
  const codes = Object.values(SECTIONS).flatMap((section) => Object.entries(section.codes));
  expect(new Set(codes.map(([code]) => code)).size).toBe(codes.length);
  for (const [code, { meaning, action }] of codes) {
    expect(code).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/);
    for (const text of [meaning, action ?? 'None.']) expect(text, code).toMatch(/^[^|]+\.$/);
  }
});
