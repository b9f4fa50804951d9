return Module;
}
