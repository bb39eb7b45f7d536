// yargs lays out its help with cliui and string-width, which compile a pattern of all emoji and load ICU's word breaks when they are
// imported: 15 ms of a program that prints no help. The bundles hold both as they are, but evaluate them when yargs calls them.
const LATE = /^(cliui|string-width)$/;
const YARGS = /[\\/]node_modules[\\/]yargs[\\/]/;

/** Gives yargs functions that load those packages with their first call. */
export const latePackages = {
  name: 'late-packages',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: LATE }, ({ importer, path, resolveDir }) =>
      YARGS.test(importer) ? { path, namespace: 'late', pluginData: resolveDir } : undefined,
    );
    onLoad({ filter: LATE, namespace: 'late' }, ({ path, pluginData }) => ({
      contents: `export default (...given) => require('${path}').default(...given);`,
      resolveDir: pluginData,
    }));
  },
};
