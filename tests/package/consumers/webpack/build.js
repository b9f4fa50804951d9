// Runs webpack with the configuration beside it, as its command line does, with warnings as errors.
process.env.NODE_ENV = 'production';
const webpack = require('webpack');

webpack(require('./webpack.config.js'), (error, stats) => {
  if (error) throw error;
  if (stats.hasErrors() || stats.hasWarnings()) {
    console.error(stats.toString('errors-warnings'));
    process.exitCode = 1;
  }
});
