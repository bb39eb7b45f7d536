type TakeFiles = (files: readonly File[]) => void;

/** Parts of the page that take what is dropped on them. */
const takers = new WeakMap<Element, TakeFiles>();

/** Files dropped on this part of the page are its own. */
export function takeDrops(part: Element, take: TakeFiles): void {
  takers.set(part, take);
  part.setAttribute('data-takes-drops', '');
}

/** Files dropped anywhere else on the page; while some are held over it, `data-dragging` stands at the body. */
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
    const files = [...(event.dataTransfer?.files ?? [])];
    const part = (event.target as Element).closest('[data-takes-drops]');
    const take = part && takers.get(part);
    if (take) take(files);
    else if (files.length > 0) open(files[0]);
  });
}
