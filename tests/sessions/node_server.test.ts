// The conformance kit against the server library for Node.
import { testConformance } from './kit/suite.js';

testConformance('node');
