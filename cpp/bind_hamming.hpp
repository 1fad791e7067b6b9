// The Hamming index's part of the extension module.
#pragma once

#include <nanobind/nanobind.h>

void bind_hamming(nanobind::module_& module);
