#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "hilum/streams.h"

namespace hilum {
namespace {

TEST(Sink, FullDiskIsAnOutputError) {
  const int fd = ::open("/dev/full", O_WRONLY);
  ASSERT_GE(fd, 0);
  auto sink = make_fd_sink(fd, "standard output", false);
  EXPECT_TRUE(sink->write("small").is_ok());  // still in the buffer
  EXPECT_EQ(sink->flush().code(), ErrorCode::kOutputFailed);
  EXPECT_EQ(sink->write("more").code(), ErrorCode::kOutputFailed);
  ::close(fd);
}

TEST(Sink, ReaderThatLeftIsNoError) {
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  auto sink = make_fd_sink(ends[1], "standard output", true);
  const Status status = sink->write("line\n");
  EXPECT_EQ(status.code(), ErrorCode::kPipeClosed);
  EXPECT_EQ(status.exit_code(), 0);
  ::close(ends[1]);
}

TEST(Sink, FileThatCannotBeOpened) {
  EXPECT_EQ(open_file_sink("/nowhere/at/all", true).status().code(), ErrorCode::kOutputFailed);
}

}  // namespace
}  // namespace hilum
