import com.sun.net.httpserver.HttpServer;
import io.gdcc.xoai.dataprovider.DataProvider;
import io.gdcc.xoai.dataprovider.exceptions.handler.IdDoesNotExistException;
import io.gdcc.xoai.dataprovider.filter.ScopedFilter;
import io.gdcc.xoai.dataprovider.model.Context;
import io.gdcc.xoai.dataprovider.model.Item;
import io.gdcc.xoai.dataprovider.model.ItemIdentifier;
import io.gdcc.xoai.dataprovider.model.MetadataFormat;
import io.gdcc.xoai.dataprovider.model.Set;
import io.gdcc.xoai.dataprovider.repository.ItemRepository;
import io.gdcc.xoai.dataprovider.repository.Repository;
import io.gdcc.xoai.dataprovider.repository.RepositoryConfiguration.RepositoryConfigurationBuilder;
import io.gdcc.xoai.dataprovider.repository.ResultsPage;
import io.gdcc.xoai.dataprovider.repository.SetRepository;
import io.gdcc.xoai.model.oaipmh.DeletedRecord;
import io.gdcc.xoai.model.oaipmh.Granularity;
import io.gdcc.xoai.model.oaipmh.ResumptionToken;
import io.gdcc.xoai.model.oaipmh.results.record.Metadata;
import io.gdcc.xoai.services.impl.SimpleResumptionTokenFormat;
import io.gdcc.xoai.xml.EchoElement;
import io.gdcc.xoai.xml.XmlWriter;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The data provider of gdcc's XOAI, which Dataverse answers with, over the records of a file: a line each, fields between tabs. */
public final class XoaiServer {
    record Entry(String identifier, Instant datestamp, List<Set> sets, boolean deleted, String xml) implements Item {
        public String getIdentifier() { return identifier; }
        public Instant getDatestamp() { return datestamp; }
        public List<Set> getSets() { return sets; }
        public boolean isDeleted() { return deleted; }
        public Metadata getMetadata() { return new Metadata(new EchoElement(xml)); }
    }

    record Items(List<Entry> entries) implements ItemRepository {
        public ItemIdentifier getItemIdentifier(String identifier) throws IdDoesNotExistException {
            return find(identifier);
        }

        public Item getItem(String identifier, MetadataFormat format) throws IdDoesNotExistException {
            return find(identifier);
        }

        public ResultsPage<ItemIdentifier> getItemIdentifiers(
                List<ScopedFilter> filters, MetadataFormat format, int length, ResumptionToken.Value token) {
            return page(length, token);
        }

        public ResultsPage<Item> getItems(List<ScopedFilter> filters, MetadataFormat format, int length, ResumptionToken.Value token) {
            return page(length, token);
        }

        private Entry find(String identifier) throws IdDoesNotExistException {
            return entries.stream().filter(each -> each.identifier().equals(identifier)).findFirst()
                    .orElseThrow(IdDoesNotExistException::new);
        }

        @SuppressWarnings("unchecked")
        private <T> ResultsPage<T> page(int length, ResumptionToken.Value token) {
            List<Entry> found = entries.stream()
                    .filter(each -> !token.hasSetSpec() || each.sets().stream().anyMatch(set -> set.getSpec().equals(token.getSetSpec())))
                    .filter(each -> !token.hasFrom() || !each.datestamp().isBefore(token.getFrom()))
                    .filter(each -> !token.hasUntil() || !each.datestamp().isAfter(token.getUntil()))
                    .toList();
            int start = (int) Math.min(token.hasOffset() ? token.getOffset() : 0, found.size());
            int end = Math.min(start + length, found.size());
            return new ResultsPage<>(token, end < found.size(), (List<T>) (List<?>) found.subList(start, end), found.size());
        }
    }

    public static void main(String[] args) throws Exception {
        List<Entry> entries = new ArrayList<>();
        TreeSet<String> specs = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] fields = line.split("\t", -1);
            List<Set> sets = new ArrayList<>();
            for (String spec : fields[2].isEmpty() ? new String[0] : fields[2].split(" ")) {
                sets.add(new Set(spec).withName(spec));
                specs.add(spec);
            }
            entries.add(new Entry(fields[0], Instant.parse(fields[1]), sets, fields[3].equals("deleted"), fields[4]));
        }
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/oai";
        var configuration = new RepositoryConfigurationBuilder()
                .withRepositoryName("Trial").withBaseUrl(url).withAdminEmail("someone@example.org")
                .withDeleteMethod(DeletedRecord.PERSISTENT).withGranularity(Granularity.Second)
                .withEarliestDate(entries.get(0).datestamp())
                .withMaxListRecords(100).withMaxListIdentifiers(100).withMaxListSets(10)
                .withResumptionTokenFormat(new SimpleResumptionTokenFormat()).build();
        List<Set> all = specs.stream().map(spec -> new Set(spec).withName(spec)).toList();
        SetRepository sets = new SetRepository() {
            public boolean supportSets() { return true; }
            public List<Set> getSets() { return all; }
            public boolean exists(String spec) { return specs.contains(spec); }
        };
        Repository repository = new Repository(configuration).withItemRepository(new Items(entries)).withSetRepository(sets);
        Context context = new Context().withMetadataFormat(new MetadataFormat().withPrefix("oai_dc")
                .withNamespace("http://www.openarchives.org/OAI/2.0/oai_dc/")
                .withSchemaLocation("http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
                .withTransformer(MetadataFormat.identity()));
        DataProvider provider = new DataProvider(context, repository);
        server.createContext("/oai", exchange -> {
            byte[] body;
            int status = 200;
            try {
                body = XmlWriter.toString(provider.handle(arguments(exchange.getRequestURI().getRawQuery())), configuration)
                        .getBytes(StandardCharsets.UTF_8);
            } catch (Exception error) {
                error.printStackTrace();
                body = error.toString().getBytes(StandardCharsets.UTF_8);
                status = 500;
            }
            exchange.getResponseHeaders().add("Content-Type", "text/xml; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        System.out.println(url);
    }

    private static Map<String, String[]> arguments(String query) {
        Map<String, String[]> arguments = new HashMap<>();
        for (String pair : query == null || query.isEmpty() ? new String[0] : query.split("&")) {
            String[] parts = pair.split("=", 2);
            String value = URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8);
            arguments.put(URLDecoder.decode(parts[0], StandardCharsets.UTF_8), new String[] {value});
        }
        return arguments;
    }
}
