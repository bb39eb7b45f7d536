// Blocks after <div class="live"> can be edited and run, with wjpeg beside the page: what they print appears below.
{
  const assets = new URL('.', document.currentScript.src);
  const library = (name) =>
    new URL(`wjpeg/${name === 'wjpeg' ? 'index' : name.slice('wjpeg/'.length)}.js`, assets).href;

  /** Code as a module of its own: imports of wjpeg become addresses, console.log prints, files are those of the site. */
  const moduleOf = (code) =>
    `const fetch = (file, options) => globalThis.fetch(new URL(file, ${JSON.stringify(new URL('files/', assets).href)}), options);\n` +
    code.replace(/from '(wjpeg(?:\/[\w-]+)?)'/g, (_, name) => `from ${JSON.stringify(library(name))}`);

  const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

  async function run(code, output) {
    const address = URL.createObjectURL(new Blob([moduleOf(code)], { type: 'text/javascript' }));
    const { log } = console;
    console.log = (...values) => {
      output.textContent += `${values.map(textOf).join(' ')}\n`;
      log(...values);
    };
    output.textContent = '';
    try {
      await import(address);
    } catch (error) {
      output.textContent += `${error.name}: ${error.message}\n`;
    } finally {
      console.log = log;
      URL.revokeObjectURL(address);
    }
  }

  for (const marker of document.querySelectorAll('.live')) {
    const block = marker.nextElementSibling;
    const code = block.querySelector('code');
    code.contentEditable = 'plaintext-only';
    code.spellcheck = false;
    code.setAttribute('role', 'textbox');
    code.setAttribute('aria-multiline', 'true');
    code.setAttribute('aria-label', 'Code that can be edited');
    const output = document.createElement('output');
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Run';
    button.addEventListener('click', async () => {
      button.disabled = true;
      await run(code.textContent, output);
      button.disabled = false;
    });
    const controls = document.createElement('div');
    controls.className = 'live-controls';
    controls.append(button, output);
    block.after(controls);
  }
}
