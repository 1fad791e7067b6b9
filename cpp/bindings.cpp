// The extension module safelight._kernel: it checks forms, lets other Python threads run, and calls the headers.
// Its Python face is described in src/safelight/_kernel.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bind_hamming.hpp"
// GCC before 12 lacks what the decoder is written with. The other kernels must not be lost for that.
#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define SAFELIGHT_DECODES_JPEG
#include "jpeg_baseline.hpp"
#endif
#endif
#include "pdq.hpp"
#include "png_unfilter.hpp"
#include "simd_level.hpp"

namespace nb = nanobind;

namespace {

using Rgb = nb::ndarray<const std::uint8_t, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;
using Pixels = nb::ndarray<std::uint8_t, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Triples = nb::ndarray<std::uint8_t, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;

nb::tuple hash_rgb(const Rgb& rgb, const std::string& level) {
  const safelight::SimdLevel simd = safelight::level_named(level);
  safelight::pdq::Hash hash{};
  {
    const nb::gil_scoped_release others_run;
    hash = safelight::pdq::hash_rgb({rgb.data(), rgb.shape(0), rgb.shape(1)}, simd);
  }
  nb::list orientations;
  for (const auto& bytes : hash.orientations) orientations.append(nb::bytes(bytes.data(), bytes.size()));
  return nb::make_tuple(hash.quality, nb::tuple(orientations), hash.unsettled_bits);
}

bool unfilter_png(const nb::bytes& lines, const Pixels& pixels) {
  const safelight::png::Lines wanted{static_cast<const std::uint8_t*>(lines.data()), lines.size(), pixels.shape(0),
                                     pixels.shape(1) * pixels.shape(2), pixels.shape(2)};
  const nb::gil_scoped_release others_run;
  return safelight::png::unfilter(wanted, pixels.data(), pixels.size());
}

#ifdef SAFELIGHT_DECODES_JPEG
bool decode_jpeg(const nb::bytes& data, const Triples& rgb, const std::string& level) {
  const safelight::SimdLevel simd = safelight::level_named(level);
  const nb::gil_scoped_release others_run;
  return safelight::jpeg::decode(static_cast<const std::uint8_t*>(data.data()), data.size(), {rgb.shape(0), rgb.shape(1)},
                                 rgb.data(), simd);
}
#else
bool decode_jpeg(const nb::bytes&, const Triples&, const std::string&) { return false; }
#endif

std::vector<std::string> cpp_levels() {
  std::vector<std::string> names;
  for (const auto level : safelight::supported_levels()) names.emplace_back(safelight::name_of(level));
  return names;
}

}  // namespace

NB_MODULE(_kernel, module) {
  module.doc() = "The compiled kernel of Safelight: PDQ, Hamming search, PNG's filters, ordinary JPEGs.";
  module.def("cpp_level", [] { return std::string(safelight::name_of(safelight::level_named(""))); });
  module.def("cpp_levels", &cpp_levels);
  module.def("hash_rgb", &hash_rgb, nb::arg("rgb").noconvert(), nb::arg("level") = "");
  module.def("unfilter_png", &unfilter_png, nb::arg("lines"), nb::arg("pixels").noconvert());
  module.def("decode_jpeg", &decode_jpeg, nb::arg("data"), nb::arg("rgb").noconvert(), nb::arg("level") = "");
  bind_hamming(module);
}
