// The settings of react-scripts 5.0.1 (Create React App 5) that concern a package in node_modules, for a
// production build: Babel and Terser with ES5 process the package too, everything that is neither script nor
// style is treated as a file, every missing export is an error, and the whole `process.env` is replaced.
const { resolve } = require('node:path');
const MiniCssExtractPlugin = require('mini-css-extract-plugin');
const TerserPlugin = require('terser-webpack-plugin');
const { DefinePlugin } = require('webpack');

const source = resolve(__dirname, 'src');
const babel = (preset, presetOptions, options) => ({
  loader: require.resolve('babel-loader'),
  options: {
    babelrc: false,
    configFile: false,
    presets: [[require.resolve(preset), presetOptions]],
    cacheDirectory: true,
    ...options,
  },
});
const scripts = {
  test: /\.(js|mjs|jsx|ts|tsx)$/,
  include: source,
  ...babel('babel-preset-react-app', { runtime: 'automatic' }, { compact: true }),
};
const packages = {
  test: /\.(js|mjs)$/,
  exclude: /@babel(?:\/|\\{1,2})runtime/,
  ...babel('babel-preset-react-app/dependencies', { helpers: true }, { compact: false, sourceMaps: false }),
};
const styles = {
  test: /\.css$/,
  use: [
    MiniCssExtractPlugin.loader,
    { loader: require.resolve('css-loader'), options: { modules: { mode: 'icss' } } },
  ],
  sideEffects: true,
};
const files = { exclude: [/^$/, /\.(js|mjs|jsx|ts|tsx)$/, /\.html$/, /\.json$/], type: 'asset/resource' };

module.exports = {
  target: ['browserslist'],
  mode: 'production',
  bail: true,
  context: __dirname,
  entry: './src/main.jsx',
  output: { path: __dirname, filename: 'main.js', publicPath: '/' },
  optimization: {
    minimizer: [
      new TerserPlugin({
        terserOptions: {
          parse: { ecma: 8 },
          compress: { ecma: 5, warnings: false, comparisons: false, inline: 2 },
          mangle: { safari10: true },
          output: { ecma: 5, comments: false, ascii_only: true },
        },
      }),
    ],
  },
  resolve: { extensions: ['.mjs', '.js', '.json', '.jsx'] },
  module: { strictExportPresence: true, rules: [{ oneOf: [scripts, packages, styles, files] }] },
  plugins: [
    new DefinePlugin({
      'process.env': {
        NODE_ENV: JSON.stringify('production'),
        REACT_APP_WS_URL: JSON.stringify(process.env.REACT_APP_WS_URL),
      },
    }),
    new MiniCssExtractPlugin({ filename: 'main.css' }),
  ],
  // No warnings about the size of the bundle.
  performance: false,
};
