// The extension module safelight._kernel: it checks forms, lets other Python threads run, and calls the headers.
// Its Python face is described in src/safelight/_kernel.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "hamming_index.hpp"
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
using Payloads = nb::ndarray<const std::uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Codes = std::vector<safelight::hamming::Code>;

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

const std::uint8_t* bytes_of(const nb::bytes& codes) { return static_cast<const std::uint8_t*>(codes.data()); }

Codes load_codes(const nb::bytes& bytes) {
  constexpr std::size_t size = safelight::hamming::kCodeBytes;
  if (bytes.size() % size != 0) throw std::invalid_argument("Codes are 32 bytes each.");
  Codes codes;
  codes.reserve(bytes.size() / size);
  for (std::size_t i = 0; i < bytes.size(); i += size) {
    codes.push_back(safelight::hamming::load_code(bytes_of(bytes) + i));
  }
  return codes;
}

safelight::hamming::Code load_one(const nb::bytes& bytes) {
  if (bytes.size() != safelight::hamming::kCodeBytes) throw std::invalid_argument("A code is 32 bytes.");
  return safelight::hamming::load_code(bytes_of(bytes));
}

// What search gives back to Python: pairs of distance and payload.
nb::list to_python(const safelight::hamming::Hits& hits) {
  nb::list pairs;
  for (const auto& hit : hits) pairs.append(nb::make_tuple(hit.distance, hit.payload));
  return pairs;
}

class HammingIndex {
 public:
  explicit HammingIndex(const std::string& level) : index_(safelight::level_named(level)) {}

  void add(const nb::bytes& code, std::uint64_t payload) {
    const auto loaded = load_one(code);
    const nb::gil_scoped_release others_run;
    index_.add(loaded, payload);
  }

  void add_many(const nb::bytes& codes, const Payloads& payloads) {
    const std::size_t size = payloads.shape(0);
    if (codes.size() != size * safelight::hamming::kCodeBytes) {
      throw std::invalid_argument("There must be 32 bytes of codes for each payload.");
    }
    const std::uint8_t* bytes = bytes_of(codes);
    const nb::gil_scoped_release others_run;
    index_.add_many(bytes, payloads.data(), size);
  }

  bool remove(std::uint64_t payload) {
    const nb::gil_scoped_release others_run;
    return index_.remove(payload);
  }

  nb::list search(const nb::bytes& code, std::uint32_t radius) const { return to_python(find({load_one(code)}, radius)[0]); }

  nb::list search_many(const nb::bytes& codes, std::uint32_t radius) const {
    nb::list lists;
    for (const auto& hits : find(load_codes(codes), radius)) lists.append(to_python(hits));
    return lists;
  }

  std::size_t size() const {
    const nb::gil_scoped_release others_run;
    return index_.size();
  }

 private:
  std::vector<safelight::hamming::Hits> find(const Codes& codes, std::uint32_t radius) const {
    const nb::gil_scoped_release others_run;
    return index_.search(codes, radius);
  }

  safelight::hamming::Index index_;
};

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
  nb::class_<HammingIndex>(module, "HammingIndex")
      .def(nb::init<const std::string&>(), nb::arg("level") = "")
      .def("add", &HammingIndex::add, nb::arg("code"), nb::arg("payload"))
      .def("add_many", &HammingIndex::add_many, nb::arg("codes"), nb::arg("payloads").noconvert())
      .def("remove", &HammingIndex::remove, nb::arg("payload"))
      .def("search", &HammingIndex::search, nb::arg("code"), nb::arg("radius"))
      .def("search_many", &HammingIndex::search_many, nb::arg("codes"), nb::arg("radius"))
      .def("__len__", &HammingIndex::size);
}
