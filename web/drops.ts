/** Files dropped anywhere on the page; while one is held over it, `data-dragging` stands at the body. */
export function acceptDrops(open: (file: File) => unknown): void {
  // Entering a child leaves its parent, so they are counted.
  let depth = 0;
  const setDepth = (value: number): void => {
    depth = Math.max(0, value);
    document.body.toggleAttribute('data-dragging', depth > 0);
  };
  document.addEventListener('dragenter', () => setDepth(depth + 1));
  document.addEventListener('dragleave', () => setDepth(depth - 1));
  document.addEventListener('dragover', (event) => event.preventDefault());
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    setDepth(0);
    const file = event.dataTransfer?.files[0];
    if (file) open(file);
  });
}
