// The conformance kit against the server library for Python.
import { testConformance } from './kit/suite.js';

testConformance('python');
