/** A section of the site: its title, what it is about, and its pages, which are Markdown files of this repository. */
export interface Section {
  readonly title: string;
  readonly about: string;
  readonly pages: readonly string[];
}

/** The site, in the order in which it is read. Every Markdown file of docs/ and examples/ is in exactly one section. */
export const SECTIONS: readonly Section[] = [
  {
    title: 'Begin',
    about: 'What it is, whether it is for you, and the way from a trained network to a page that answers.',
    pages: [
      'docs/guide.md',
      'docs/how-it-works.md',
      'docs/comparison.md',
      'docs/migration.md',
      'docs/questions.md',
    ],
  },
  {
    title: 'Make networks',
    about: 'Train on your own pictures, or store what is trained already.',
    pages: [
      'docs/training.md',
      'docs/train-in-browser.md',
      'docs/compression.md',
      'docs/onnx.md',
      'docs/architectures.md',
      'examples/train.md',
      'examples/compress.md',
    ],
  },
  {
    title: 'Run them',
    about: 'In a page, in Node, on a cluster, behind HTTP, on a microcontroller.',
    pages: [
      'docs/library.md',
      'examples/run-in-page.md',
      'examples/run-in-node.md',
      'docs/scale.md',
      'docs/serve.md',
      'docs/microcontrollers.md',
      'examples/own-backend.md',
      'examples/README.md',
    ],
  },
  {
    title: 'Look up',
    about: 'Formats, limits and errors, figures, and how all of it is tested.',
    pages: [
      'docs/wjz-format.md',
      'docs/model-jpeg.md',
      'docs/errors.md',
      'docs/limits.md',
      'docs/performance.md',
      'docs/reliability.md',
      'docs/onnx-conformance.md',
      'docs/architecture.md',
      'SECURITY.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
    ],
  },
];

/** Folders of which each page belongs to a section of its own, after these. */
export const FOLDERS: readonly (Omit<Section, 'pages'> & { readonly folder: string })[] = [
  {
    title: 'Laboratory',
    about:
      'What was measured on the way, what was tried, and what did not help: as of the day it was written.',
    folder: 'docs/lab',
  },
  { title: 'Decisions', about: 'What was decided, when, why, and what followed.', folder: 'docs/decisions' },
];
