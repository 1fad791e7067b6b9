// The Hamming index for Python: it checks forms, lets other Python threads run, and calls the headers.
#include "bind_hamming.hpp"

#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "hamming_index.hpp"
#include "simd_level.hpp"

namespace nb = nanobind;
namespace hamming = safelight::hamming;

namespace {

using Payloads = nb::ndarray<const std::uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Codes = std::vector<hamming::Code>;

// The bytes of any object that shows itself as bytes without gaps; nothing is copied.
class Buffer {
 public:
  explicit Buffer(const nb::object& object) {
    if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_SIMPLE) != 0) throw nb::python_error();
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { PyBuffer_Release(&view_); }

  const std::uint8_t* data() const { return static_cast<const std::uint8_t*>(view_.buf); }
  std::size_t size() const { return static_cast<std::size_t>(view_.len); }

 private:
  Py_buffer view_;
};

Codes load_codes(const Buffer& bytes) {
  if (bytes.size() % hamming::kCodeBytes != 0) throw std::invalid_argument("Codes are 32 bytes each.");
  Codes codes;
  codes.reserve(bytes.size() / hamming::kCodeBytes);
  for (std::size_t i = 0; i < bytes.size(); i += hamming::kCodeBytes) {
    codes.push_back(hamming::load_code(bytes.data() + i));
  }
  return codes;
}

std::string text_of(const nb::bytes& bytes) { return {bytes.c_str(), bytes.size()}; }

nb::tuple to_python(const hamming::Found& found) {
  nb::list pairs;
  for (const hamming::Hit& hit : found.hits) pairs.append(nb::make_tuple(hit.distance, hit.payload));
  return nb::make_tuple(pairs, found.cut);
}

class FrozenIndex {
 public:
  explicit FrozenIndex(hamming::FrozenIndex frozen) : frozen_(std::move(frozen)) {}

  void save(const std::string& path, const nb::bytes& note) const {
    const std::string text = text_of(note);
    const nb::gil_scoped_release others_run;
    frozen_.save(path, text);
  }

  std::size_t size() const { return frozen_.size(); }

 private:
  hamming::FrozenIndex frozen_;
};

hamming::IndexOptions options_of(std::uint32_t radius, const std::string& level, std::size_t flat_below,
                                 std::optional<std::size_t> fold_above, bool folds_by_itself) {
  return {radius, safelight::level_named(level), flat_below, fold_above.value_or(0), folds_by_itself};
}

class Index {
 public:
  explicit Index(const hamming::IndexOptions& options) : index_(std::make_unique<hamming::Index>(options)) {}

  static Index open(const std::string& path, const std::string& level, std::size_t flat_below,
                    std::optional<std::size_t> fold_above, bool folds_by_itself) {
    const auto options = options_of(0, level, flat_below, fold_above, folds_by_itself);
    const nb::gil_scoped_release others_run;
    return Index(std::make_unique<hamming::Index>(path, options));
  }

  Index(Index&&) = default;
  // A fold may be going on, which is waited for.
  ~Index() {
    const nb::gil_scoped_release others_run;
    index_.reset();
  }

  nb::bytes note() const { return nb::bytes(index_->note().data(), index_->note().size()); }

  void add(const nb::object& code, std::uint64_t payload) {
    const Buffer bytes(code);
    if (bytes.size() != hamming::kCodeBytes) throw std::invalid_argument("A code is 32 bytes.");
    const nb::gil_scoped_release others_run;
    index_->add(bytes.data(), &payload, 1);
  }

  void add_many(const nb::object& codes, const Payloads& payloads) {
    const Buffer bytes(codes);
    const std::size_t size = payloads.shape(0);
    if (bytes.size() != size * hamming::kCodeBytes) {
      throw std::invalid_argument("There must be 32 bytes of codes for each payload.");
    }
    const nb::gil_scoped_release others_run;
    index_->add(bytes.data(), payloads.data(), size);
  }

  bool remove(std::uint64_t payload) { return remove_range(payload, payload) > 0; }

  std::size_t remove_range(std::uint64_t first, std::uint64_t last) {
    const nb::gil_scoped_release others_run;
    return first <= last ? index_->remove({first, last}) : 0;
  }

  nb::list search_many(const nb::object& codes, std::uint32_t radius, std::optional<std::size_t> limit,
                       const std::optional<nb::bytes>& radii) const {
    const Codes queries = load_codes(Buffer(codes));
    const std::size_t most = limit.value_or(hamming::kNoLimit);
    const hamming::Question question =
        radii.has_value() ? hamming::Question(text_of(*radii), most) : hamming::Question(radius, most);
    nb::list answers;
    for (const hamming::Found& found : find(queries, question)) answers.append(to_python(found));
    return answers;
  }

  void fold() {
    const nb::gil_scoped_release others_run;
    index_->fold();
  }

  FrozenIndex freeze() const { return FrozenIndex(index_->freeze()); }

  nb::dict describe() const {
    const hamming::Figures figures = index_->figures();
    nb::dict described;
    described["codes"] = figures.codes;
    described["radius"] = index_->options().radius;
    described["level"] = safelight::name_of(index_->options().level);
    described["parts"] = figures.parts;
    described["base_codes"] = figures.base_codes;
    described["base_removed"] = figures.base_removed;
    described["delta_codes"] = figures.delta_codes;
    described["delta_removed"] = figures.delta_removed;
    described["resident_bytes"] = figures.resident_bytes;
    described["mapped_bytes"] = figures.mapped_bytes;
    described["folds"] = figures.folds;
    described["failed_folds"] = figures.failed_folds;
    return described;
  }

  std::size_t size() const { return index_->size(); }

 private:
  explicit Index(std::unique_ptr<hamming::Index> index) : index_(std::move(index)) {}

  std::vector<hamming::Found> find(const Codes& queries, const hamming::Question& question) const {
    const nb::gil_scoped_release others_run;
    return index_->search(queries, question);
  }

  std::unique_ptr<hamming::Index> index_;
};

// An error of the system is an OSError with its number, so that a missing file is a FileNotFoundError.
void translate_system_error(const std::exception_ptr& error, void* /*unused*/) {
  try {
    std::rethrow_exception(error);
  } catch (const std::system_error& refused) {
    PyErr_SetObject(PyExc_OSError, nb::make_tuple(refused.code().value(), refused.what()).ptr());
  }
}

}  // namespace

void bind_hamming(nb::module_& module) {
  nb::register_exception_translator(translate_system_error);
  nb::exception<hamming::FileRefused>(module, "FileRefused");
  nb::class_<FrozenIndex>(module, "FrozenHammingIndex")
      .def("save", &FrozenIndex::save, nb::arg("path"), nb::arg("note"))
      .def("__len__", &FrozenIndex::size);
  nb::class_<Index>(module, "HammingIndex")
      .def(
          "__init__",
          [](Index* self, std::uint32_t radius, const std::string& level, std::size_t flat_below,
             std::optional<std::size_t> fold_above, bool folds_by_itself) {
            new (self) Index(options_of(radius, level, flat_below, fold_above, folds_by_itself));
          },
          nb::arg("radius") = 31, nb::arg("level") = "", nb::arg("flat_below") = 300'000,
          nb::arg("fold_above") = nb::none(), nb::arg("folds_by_itself") = true)
      .def_static("open", &Index::open, nb::arg("path"), nb::arg("level") = "", nb::arg("flat_below") = 300'000,
                  nb::arg("fold_above") = nb::none(), nb::arg("folds_by_itself") = true)
      .def_prop_ro("note", &Index::note)
      .def("add", &Index::add, nb::arg("code"), nb::arg("payload"))
      .def("add_many", &Index::add_many, nb::arg("codes"), nb::arg("payloads").noconvert())
      .def("remove", &Index::remove, nb::arg("payload"))
      .def("remove_range", &Index::remove_range, nb::arg("first"), nb::arg("last"))
      .def("search_many", &Index::search_many, nb::arg("codes"), nb::arg("radius"), nb::arg("limit") = nb::none(),
           nb::arg("radii") = nb::none())
      .def("fold", &Index::fold)
      .def("freeze", &Index::freeze)
      .def("describe", &Index::describe)
      .def("__len__", &Index::size);
}
